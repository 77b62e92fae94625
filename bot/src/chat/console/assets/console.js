// What the pages cannot do without script: live updates, completion, sending without loading the page again.
// Every form and link also works without it; nothing is decided here.
"use strict";
document.documentElement.classList.add("scripted");

const RECONNECT_MILLISECONDS = 3000;
// How stale a page that is no room, and the mark in the title of a tab that nobody sees, may be.
const LOOK_AGAIN_MILLISECONDS = 4000;
const LOOK_ASIDE_MILLISECONDS = 15000;
const NOTICE_MILLISECONDS = 8000;
const COMPLETE_AFTER_MILLISECONDS = 90;
const NEAR_THE_END_PIXELS = 120;

const roots = document.querySelector("[data-room]");
const stream = document.querySelector(".stream");
const jump = document.querySelector(".jump");

// --- times ---
const tellAges = () => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    time.textContent = seconds < 60 ? "just now"
      : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago`
      : seconds < 86400 ? `${Math.floor(seconds / 3600)} h ago`
      : `${Math.floor(seconds / 86400)} d ago`;
  }
};
setInterval(tellAges, 20000);

// --- notices ---
const notify = (text, href) => {
  const notice = document.createElement(href ? "a" : "p");
  notice.className = href ? "notice news" : "notice";
  notice.textContent = text;
  if (href) notice.href = href;
  document.getElementById("notices").append(notice);
  setTimeout(() => notice.remove(), NOTICE_MILLISECONDS);
};

// --- live updates ---
const fromHtml = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
};
// The stream is reversed, so its end is at zero.
const isAtEnd = () => Math.abs(stream.scrollTop) < NEAR_THE_END_PIXELS;
const toEnd = () => { stream.scrollTop = 0; jump.hidden = true; };

const insertInOrder = (list, item, id) => {
  const later = [...list.children].find((other) => Number(other.dataset.id ?? other.firstElementChild?.dataset.id) > id);
  list.insertBefore(item, later ?? null);
};

const insertDay = (item, day, name) => {
  let before = item.previousElementSibling;
  while (before && !before.dataset.day) before = before.previousElementSibling;
  if (before?.dataset.day === day) return;
  const line = document.createElement("li");
  line.className = "day";
  line.dataset.day = day;
  line.append(Object.assign(document.createElement("span"), { textContent: name }));
  item.before(line);
};

const show = (update) => {
  const shown = document.getElementById(`m${update.id}`);
  if (shown) {
    const focused = shown.contains(document.activeElement);
    shown.replaceWith(fromHtml(update.html));
    if (focused) document.getElementById(`m${update.id}`)?.querySelector("button")?.focus({ preventScroll: true });
    return;
  }
  if (update.channel !== roots.dataset.room) {
    document.querySelector(`.side a[data-channel="${CSS.escape(update.channel)}"]`)?.classList.add("news");
    return;
  }
  const thread = roots.dataset.thread;
  if (thread && String(update.root) !== thread) return;
  const stay = isAtEnd() || update.mine;
  if (update.is_reply) {
    const replies = document.querySelector(`#r${update.root} .replies`);
    if (!replies) {
      notify("New reply in an older thread", `/console/${update.channel}/thread/${update.root}`);
      return;
    }
    const item = document.createElement("li");
    item.append(fromHtml(update.html));
    insertInOrder(replies, item, update.id);
    const top = item.getBoundingClientRect().top;
    if (top < 60 || top > innerHeight - 120) {
      if (stay && !item.closest(".root").nextElementSibling) toEnd();
      else notify("New reply in a thread", `#m${update.id}`);
    }
  } else {
    const item = fromHtml(update.root_html);
    insertInOrder(roots, item, update.id);
    insertDay(item, update.day, update.day_name);
    document.querySelector(".empty")?.remove();
    if (stay) toEnd(); else jump.hidden = false;
  }
};

// Browsers keep few connections open to one server, for all tabs together: only tabs that somebody sees keep theirs.
const follow = () => {
  const connection = document.querySelector(".connection");
  let last = roots.dataset.change;
  let events;
  const rest = () => { events?.close(); events = undefined; };
  const connect = () => {
    rest();
    if (document.hidden) return;
    const opened = events = new EventSource(`/console/act/live?after=${last}`);
    opened.onopen = () => { connection.hidden = true; };
    opened.addEventListener("message", (event) => { last = event.lastEventId || last; show(JSON.parse(event.data)); });
    opened.addEventListener("reload", () => location.reload());
    opened.onerror = () => {
      if (opened !== events) return;
      connection.hidden = false;
      if (opened.readyState === EventSource.CLOSED) setTimeout(connect, RECONNECT_MILLISECONDS);
    };
  };
  const lookAside = async () => {
    if (!document.hidden || document.title.startsWith("• ")) return;
    try {
      const news = await (await fetch(`/api/console/${roots.dataset.room}/messages?after=${last}`)).json();
      if (document.hidden && news.messages.length) document.title = `• ${document.title}`;
    } catch { /* It is looked at again. */ }
  };
  connect();
  setInterval(lookAside, LOOK_ASIDE_MILLISECONDS);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return rest();
    document.title = document.title.replace(/^• /, "");
    connect();
  });
  jump.addEventListener("click", toEnd);
  stream.addEventListener("scroll", () => { if (isAtEnd()) jump.hidden = true; }, { passive: true });
};

// --- pages that are no rooms show what changed ---
const followPage = () => {
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname);
      const newer = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-version]");
      const shown = document.querySelector("[data-version]");
      if (newer && newer.dataset.version !== shown.dataset.version) shown.replaceWith(document.adoptNode(newer));
    } catch { /* It is looked at again. */ }
  };
  setInterval(look, LOOK_AGAIN_MILLISECONDS);
  document.addEventListener("visibilitychange", look);
};

// --- sending without loading the page again ---
const problemIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".problem-text")?.textContent;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("live" in form.dataset) || !roots) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const says = "say" in form.dataset;
  const words = form.elements.words;
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { "x-live": "1" }, body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) throw new Error(problemIn(await answer.text()) ?? `The server answered ${answer.status}.`);
    if (form.elements.delivery) form.elements.delivery.value = crypto.randomUUID();
    if (says) {
      words.value = "";
      words.dispatchEvent(new Event("input"));
    }
  } catch (error) {
    notify(error instanceof TypeError ? "The server cannot be reached. Nothing was sent; try again in a moment." : error.message);
  } finally {
    delete form.dataset.sending;
  }
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.tagName !== "TEXTAREA" || event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
  event.preventDefault();
  if (field.value.trim()) field.form.requestSubmit();
});

// --- completion ---
const complete = (field) => {
  const list = document.getElementById("completions");
  const heard = document.querySelector(".heard");
  const help = document.querySelector("details.help");
  let choices = [];
  let chosen = 0;
  let moved = false;
  let timer;
  let asked = 0;

  const close = () => { list.hidden = true; choices = []; moved = false; field.removeAttribute("aria-activedescendant"); };
  const mark = () => {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", `completion-${chosen}`);
  };
  const take = (index) => {
    field.value = `${choices[index].insert} `;
    close();
    field.focus();
    ask();
  };
  const offer = (found) => {
    const typed = field.value.trimEnd();
    choices = found.filter((choice) => choice.insert !== typed || found.length > 1);
    if (choices.length === 1 && choices[0].insert === typed) choices = [];
    if (!choices.length) return close();
    chosen = 0;
    moved = false;
    list.replaceChildren(...choices.map((choice, index) => {
      const item = document.createElement("li");
      item.id = `completion-${index}`;
      item.role = "option";
      const insert = document.createElement("span");
      insert.className = "insert";
      let same = 0;
      while (same < typed.length && choice.insert[same] === typed[same]) same += 1;
      insert.append(choice.insert.slice(0, same), Object.assign(document.createElement("b"), { textContent: choice.insert.slice(same) }));
      const about = Object.assign(document.createElement("span"), { className: "about", textContent: choice.help });
      item.append(insert, about);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
      return item;
    }));
    list.hidden = false;
    mark();
  };
  const ask = async () => {
    const words = field.value;
    const turn = ++asked;
    if (!words.trim() || words.includes("\n")) {
      heard.textContent = "";
      field.closest(".field").classList.remove("is-command");
      return close();
    }
    try {
      const answer = await (await fetch(`/api/console/complete?words=${encodeURIComponent(words)}`)).json();
      if (turn !== asked) return;
      const first = !/\s/.test(words.trimStart());
      field.closest(".field").classList.toggle("is-command", answer.for_bot);
      heard.textContent = answer.for_bot ? "Watchkeeper takes this as a command" : first && answer.completions.length ? "" : "Said to the people in the room";
      offer(answer.for_bot || first ? answer.completions : []);
    } catch { close(); }
  };

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, COMPLETE_AFTER_MILLISECONDS); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "?" && !field.value) {
      event.preventDefault();
      help.open = !help.open;
    } else if (event.key === "Escape") {
      close();
      help.open = false;
    } else if (!list.hidden && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(chosen);
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : choices.length - 1)) % choices.length;
      moved = true;
      mark();
    } else if (!list.hidden && event.key === "Enter" && moved) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Enter") {
      close();
    }
  });
  document.addEventListener("click", (event) => { if (help.open && !help.contains(event.target)) help.open = false; });
};

// It does not bubble, but it can be caught on its way down, for threads too that came later.
document.addEventListener("toggle", (event) => {
  if (event.target.matches(".reply[open]")) event.target.querySelector("textarea").focus();
}, true);
document.addEventListener("click", (event) => {
  const me = document.querySelector("details.me[open]");
  if (me && !me.contains(event.target)) me.open = false;
});
// On a narrow screen the pages stand in one line that may be longer than the screen.
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
if (roots) follow();
if (document.querySelector("[data-version]")) followPage();
const composer = document.querySelector("[data-complete]");
if (composer) complete(composer);
