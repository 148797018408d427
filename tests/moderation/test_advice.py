"""Advice where somebody asked to be heard: what reads so, and what does not. Both lists were written apart from the rule."""

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge

RULE = "guideline.advice"
LISTENING = Guidelines(listening=True)
ADVICE = """
I'd get a second opinion if I were in your shoes.
You really ought to tell somebody at work.
Maybe you could ask your sister to look after the kids for a weekend?
You shouldn't keep bottles in the house.
Pour it all down the sink and go to bed.
Have you ever thought about medication?
Did you try calling him?
You gotta cut those people off.
Don't go back to her, ever.
Never drink alone.
Get yourself to a doctor first thing tomorrow.
I would suggest writing down every drink.
I recommend the little book they give you at meetings.
You'd better stop before it gets worse.
u should just block him
Why not ask your mum for help?
Try not to think about it so much.
It would help to have a routine.
Consider moving back to your parents for a while.
Make sure you eat something before you go.
Find a hobby.
You're better off alone.
Time to grow up and own it.
You have to forgive yourself first, then the rest follows.
You must tell her the truth.
Can't you just move out?
Maybe try yoga?
Perhaps see a counsellor?
Look, just walk away.
When he shouts, leave the room.
If it comes back, call your sponsor.
What you need to do is sit down with him.
The only way out is to stop today.
Take up running, it saved me.
You need boundaries.
You need a plan for the weekend.
Think about your children.
Be honest with her, she will understand.
Let him go.
Put yourself first for once.
I think therapy would do you good.
You will feel better if you get up early.
Therapy is the answer here.
Your first step is admitting it.
Surely you can see that you have to leave?
One thing that might help is a list of reasons.
Ask for help at work, they have to listen.
Stop seeing her.
Keep busy and it passes.
Work your steps.
Just don't answer the door.
Sounds like you should report him.
I wonder if you have tried the evening group.
It may be time for you to talk to your boss about this.
My tip: never go to bed angry.
Honestly I'd talk to a lawyer before you sign anything.
It's on you to draw the line now.
Please go and see someone about the nightmares.
You might feel better after a walk.
What about asking your neighbour to hold the keys?
Have you looked at the evening classes they run?
You'll want to write all of this down for the court.
Just tell him no.
Don't you dare go back there.
There's no point waiting, leave tonight.
You ought to get some sleep first.
Give yourself three months and then decide.
Why do you stay with somebody like that?
If you stop seeing those people it will get easier.
Switch to the alcohol free ones, they helped me loads.
My suggestion would be to move the bottles out of the flat.
You could do worse than to ring your old sponsor.
Maybe it would be good to take a week off.
Step one is to admit that you have a problem.
You have got to stop blaming everyone else.
Stay away from that pub.
Get a dog.
Look up the number of your local group and ring it.
Never answer when he calls drunk.
Would you consider seeing the doctor again?
Best thing is to keep your mouth shut and go.
You only need to say sorry once and move on.
Set an alarm, get up, make the bed, repeat.
Counselling changed my life, you should give it a go.
Let your mother deal with it.
""".strip().splitlines()
COMPANY = """
I read this twice. I am with you.
I know that bench, and I know that hour.
When my wife left I slept on the floor for a month.
You have been through so much.
I stopped going home for a while, that was my way.
That sounds so heavy. I am glad you told us.
You are doing the best you can.
I could not tell my mother for two years either.
You can be as angry as you want here.
It took me four tries, and I cried each time.
I had to quit my job in the end, and it hurt.
I wish I could sit next to you.
Nobody should have to go through that alone.
Keep going, one hour and then the next.
Hold on. Morning comes.
Stay with us tonight.
Be gentle with yourself.
You need not say more than you want.
You don't need to be strong here.
I am so sorry he said that to you.
Whenever you have to let it out, this is the place.
You can always write here.
You could be me, three years ago.
That must have been so frightening.
You must feel torn apart.
I was told to leave him so many times. I know how little that helped.
They said I should just stop. As if.
My doctor said I should rest, and I laughed.
You have every right to feel this way.
Take your time. We are not going anywhere.
Take a breath with me.
I left him after nine years. It was the hardest day.
I tried everything, from tea to hypnosis.
Get well soon.
Tell us how tomorrow goes, if you feel like it.
I never tried therapy, so I don't know that side.
Call me lucky, but I found this place early.
Let me know that you are still there.
Let it all out here.
Have you slept at all? I am thinking of you.
Have you got somebody with you tonight?
What about you, are you safe?
You should see how many of us are nodding right now.
Quit for the third time last spring, so I know it well.
Leaving was the loneliest thing I ever did.
Stopping was never the hard part for me, staying stopped was.
I would have done the same as you.
If I had been there I would have held your hand.
You must be proud of that one day. I am.
Don't worry about saying it badly.
Don't ever think you are a burden here.
I needed help and was too proud to ask.
You had to make an impossible choice.
Do what you have to do. I am here either way.
Wait, you did that all alone? I am in awe.
Look how far you came.
Say hello whenever you like.
Give yourself a hug from me.
Reading this I had to put the phone down and breathe.
You carried that for eleven years. Eleven.
I know the sound of that key in the door.
There is nothing you have to explain to us.
My brother never came to the hospital either.
I am sitting on the stairs with you, so to speak.
I wish somebody had told me then that I was not mad.
It took me a long time to stop waiting for an apology.
Whatever you decide, I will be glad to read you.
No advice from me, only a hand on your shoulder.
I used to lie to my doctor every single time.
When they said go to meetings I went, and I hated it.
You wrote what I could not say.
That night must have been endless.
I left the light on for years after.
You do not have to be fine.
Oh love. That is so much at once.
I got a dog, and he sleeps on my feet.
I should have gone sooner, I think, and I could not.
Thank you for letting us know how it went.
He never hit me, so I thought it did not count.
Look after yourself tonight, whatever that means for you.
I remember the smell of that ward.
You are allowed to be furious.
We all have that drawer, I think.
What a week. I am sorry.
I keep thinking about your small blue cup.
Nobody tells you how quiet it gets.
You can tell us or not tell us.
I have been told to try yoga by people who never lost a child.
""".strip().splitlines()


def _found(text: str, guidelines: Guidelines = LISTENING) -> list[str]:
    return [text[f.start : f.end] for f in judge(guidelines, text).findings if f.rule == RULE]


@pytest.mark.parametrize("text", ADVICE)
def test_advice_is_found(text: str) -> None:
    assert _found(text)


@pytest.mark.parametrize("text", COMPANY)
def test_company_is_let_through(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize("text", ADVICE[:5])
def test_nobody_is_coached_where_nobody_asked_for_it(text: str) -> None:
    assert _found(text, Guidelines()) == []


def test_the_place_is_the_advice_alone() -> None:
    text = "I am glad you wrote. You should leave him. I read it twice."
    assert _found(text) == ["You should leave him"]


def test_sending_somebody_in_danger_to_help_is_no_advice() -> None:
    for text in ("You need to go to hospital tonight.", "Call an ambulance, please.", "you should ring 999 right now"):
        assert _found(text) == []
