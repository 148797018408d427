"use strict";

/* A guest: every page is whole without this file. It only makes leaving quicker and coming back safe.
   What is said stands in the page (data-… of the leave form), so that it speaks the page's language. */
(() => {
  const page = document.documentElement;
  const leave = document.getElementById("leave");
  const spoken = document.getElementById("spoken");
  const needed = 3;
  const within = 5000;

  const blank = () => page.classList.add("gone");

  /* A page kept in the browser's memory is kept blank, so that Back never shows it for a moment. */
  addEventListener("pagehide", blank);
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      blank();
      location.reload();
    }
  });

  for (const piece of document.querySelectorAll("[data-with-script]")) piece.hidden = false;

  for (const box of document.querySelectorAll("[data-shows]")) {
    const field = document.getElementById(box.dataset.shows);
    if (!field) continue;
    const hideTyped = () => { field.type = "password"; };
    box.addEventListener("change", () => { field.type = box.checked ? "text" : "password"; });
    /* Browsers remember what was sent from a plain text field. */
    if (field.form) field.form.addEventListener("submit", hideTyped);
  }

  /* A page that shows what may grow has a link to what is new. Its words change where it stands, so that nothing moves.
     One stream, while the page is looked at; nothing of it is kept. */
  const fresh = document.querySelector("[data-events]");
  const notices = document.querySelector('.ways [href="/notices"]');
  const say = (place, words) => { if (place && words && place.textContent !== words) place.textContent = words; };

  const follow = (address, told, alsoUnseen = false) => {
    let stream;
    const close = () => {
      if (stream) stream.close();
      stream = undefined;
    };
    const listen = () => {
      if (document.hidden && !alsoUnseen) return close();
      if (stream) return undefined;
      stream = new EventSource(address);
      stream.addEventListener("message", (event) => told(JSON.parse(event.data)));
      stream.addEventListener("elsewhere", close);
      return undefined;
    };
    document.addEventListener("visibilitychange", listen);
    addEventListener("pagehide", close);
    listen();
  };

  if (fresh) {
    follow(fresh.dataset.events, (now) => {
      say(notices, now.notices);
      say(fresh, now.more);
    });
  }

  /* The desk: that somebody may be in danger is said at once, also while another page is looked at: in the title, in a place
     that is read aloud, and with a sound for those who want one. */
  const alarm = document.querySelector("[data-alarm]");
  const bell = document.querySelector("[data-sound]");
  let sounds;

  const ring = () => {
    [660, 880].forEach((pitch, nth) => {
      const tone = new OscillatorNode(sounds, { frequency: pitch });
      const level = new GainNode(sounds, { gain: 0.15 });
      tone.connect(level).connect(sounds.destination);
      tone.start(sounds.currentTime + nth / 4);
      tone.stop(sounds.currentTime + (nth + 1) / 4);
    });
  };

  if (bell) {
    const [off, on] = [bell.textContent, bell.dataset.sound];
    bell.addEventListener("click", () => {
      if (sounds) sounds.close();
      sounds = sounds ? undefined : new AudioContext();
      bell.setAttribute("aria-pressed", String(Boolean(sounds)));
      bell.textContent = sounds ? on : off;
      if (sounds) ring();
    });
  }

  if (alarm) {
    const calm = document.title.replace(/^\(\d+\) /, "");
    let known = alarm.dataset.known.split(" ");
    follow(alarm.dataset.alarm, (now) => {
      const isNew = now.known.some((one) => !known.includes(one));
      known = now.known;
      document.title = known.length ? `(${known.length}) ${calm}` : calm;
      const way = alarm.firstElementChild.cloneNode();
      way.hidden = !known.length;
      way.textContent = now.said;
      alarm.classList.toggle("new", isNew || (alarm.classList.contains("new") && !way.hidden));
      /* Put in anew where there is a new one: the same words said twice would not be read aloud. */
      if (isNew || way.hidden) alarm.replaceChildren(way);
      else say(alarm.firstElementChild, now.said);
      if (isNew && sounds) ring();
    }, true);
  }

  /* At the desk: words that are marked in the text, by mouse or by keyboard, are added to those to take out. */
  for (const button of document.querySelectorAll("[data-take-out]")) {
    const field = document.getElementById(button.dataset.takeOut);
    const words = document.querySelector("[data-words]");
    button.addEventListener("click", () => {
      const chosen = getSelection();
      if (!words || chosen.isCollapsed || !words.contains(chosen.getRangeAt(0).commonAncestorContainer)) return;
      const piece = chosen.getRangeAt(0).cloneContents();
      for (const number of piece.querySelectorAll("sup")) number.remove();
      field.value = [field.value.trim(), piece.textContent.trim()].filter(Boolean).join("\n");
    });
  }

  /* While somebody writes: after a second of rest their words are looked over, one question at a time. Nothing of it is kept,
     and no letter is changed unless they press for it. Places are marked under the field, which lies over them like glass. */
  const rest = 1000;
  const at = (text, points) => Array.from(text).slice(0, points).join("").length;

  const lookAhead = (place) => {
    const form = place.closest("form");
    const words = form.elements.body;
    const mirror = words.parentElement.querySelector(".mirror");
    const [said, seen] = place.children;
    let asked = "";
    let marked = "";
    let isUnderWay = false;
    let resting = 0;

    const typed = () => [form.elements.title, words].map((field) => (field ? field.value : "")).join("\n");
    const later = (wait = rest) => {
      clearTimeout(resting);
      resting = setTimeout(look, wait);
    };
    const unmark = () => {
      marked = "";
      mirror.replaceChildren();
    };
    const show = (made) => {
      const piece = (name) => made.querySelector(`[data-piece="${name}"]`);
      marked = words.value;
      mirror.replaceChildren(...piece("words").childNodes);
      mirror.scrollTop = words.scrollTop;
      seen.replaceChildren(...piece("seen").childNodes);
      const now = piece("spoken").textContent;
      if (said.textContent !== now) said.textContent = now;
    };

    const look = async () => {
      const now = typed();
      if (isUnderWay || document.hidden || now === asked || (!asked && !words.value.trim())) return;
      isUnderWay = true;
      let wait = rest;
      try {
        const answer = await fetch(place.dataset.ahead, {
          method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error",
        });
        if (answer.ok) {
          const made = new DOMParser().parseFromString(await answer.text(), "text/html");
          if (typed() === now) {
            asked = now;
            show(made);
          }
        } else {
          wait = Math.max(rest, 1000 * Number(answer.headers.get("Retry-After") || 60));
        }
      } catch {
        wait = 60 * rest;
      }
      isUnderWay = false;
      if (typed() !== asked) later(wait);
    };

    form.addEventListener("input", () => {
      if (!words.value.startsWith(marked)) unmark();
      later();
    });
    words.addEventListener("scroll", () => { mirror.scrollTop = words.scrollTop; }, { passive: true });
    place.addEventListener("click", (event) => {
      const button = event.target.closest("[data-put]");
      if (!button) return;
      event.preventDefault();
      const { in: name, start, end, put } = button.dataset;
      const field = form.elements[name];
      if (typed() !== asked) return;
      field.setRangeText(put, at(field.value, start), at(field.value, end), "end");
      field.focus();
      unmark();
      later(0);
    });
    document.addEventListener("visibilitychange", () => later());
    if (words.value) later();
  };

  for (const place of document.querySelectorAll("[data-ahead]")) lookAhead(place);

  /* A passkey is asked for by the device, and sent like any form. Who has none, or no such browser, types a code. */
  const askDevice = (form) => {
    const { passkey: how, options, failed } = form.dataset;
    const parse = how === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    if (!window.PublicKeyCredential || !PublicKeyCredential[parse]) return;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = form.querySelector("[role=status]");
      try {
        const made = await navigator.credentials[how]({ publicKey: PublicKeyCredential[parse](JSON.parse(options)) });
        form.elements.passkey.value = JSON.stringify(made);
        form.submit();
      } catch {
        said.hidden = false;
        said.textContent = failed;
      }
    });
  };

  for (const form of document.querySelectorAll("[data-passkey]")) askDevice(form);

  if (!leave || !spoken) return;
  leave.addEventListener("submit", blank);

  let pressed = 0;
  let alone = false;
  let forgetting = 0;

  const forget = (said) => {
    clearTimeout(forgetting);
    pressed = 0;
    delete leave.dataset.pressed;
    spoken.textContent = said;
  };

  const go = () => {
    clearTimeout(forgetting);
    blank();
    spoken.textContent = leave.dataset.leaving;
    leave.submit();
  };

  const count = () => {
    pressed += 1;
    if (pressed === needed) return go();
    if (pressed === 1) forgetting = setTimeout(() => forget(leave.dataset.stayed), within);
    leave.dataset.pressed = String(pressed);
    spoken.textContent = pressed === 1 ? leave.dataset.twice : leave.dataset.once;
    return undefined;
  };

  /* Shift counts when it is pressed and let go by itself: never while capitals are typed or words are marked. */
  addEventListener("keydown", (event) => {
    if (event.key === "Shift") {
      if (!event.repeat) alone = true;
      return;
    }
    alone = false;
    if (pressed) forget("");
  });
  addEventListener("pointerdown", () => { alone = false; });
  addEventListener("keyup", (event) => {
    if (event.key === "Shift" && alone) {
      alone = false;
      count();
    }
  });
})();
