"use strict";
// Ages tick, new emergencies sound, a lost connection shows, and keys work. All else is htmx.

const SILENT_MS = 12000; // the server ticks every 5 s; after two missed ticks we say so
const AGAIN_MS = 15000; // the sound comes again while anything is unheld

const board = document.getElementById("board"), summary = document.getElementById("summary");
const lost = document.getElementById("lost"), mute = document.getElementById("mute");
const dialog = document.getElementById("dialog");
let ahead = 0; // of the server's clock, in seconds
let heard = Date.now(), trouble = "";
let sound = null, known = null;

// sound

function beep() {
  if (!sound) return;
  for (let i = 0; i < 3; i++) {
    const tone = sound.createOscillator(), volume = sound.createGain(), at = sound.currentTime + i * 0.45;
    tone.frequency.setValueAtTime(880, at);
    tone.frequency.setValueAtTime(1175, at + 0.15);
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  }
  document.body.dataset.beeps = Number(document.body.dataset.beeps || 0) + 1;
}

document.getElementById("begin").onclick = () => {
  sound = new AudioContext();
  sound.resume();
  mute.hidden = true;
  beep();
};

setInterval(() => { if (unheld().length) beep(); }, AGAIN_MS);

// the board

const unheld = () => [...board.querySelectorAll("[data-open]")];

function changed() {
  const open = unheld(), ids = new Set(open.map((card) => card.dataset.id));
  const fresh = open.filter((card) => known && !known.has(card.dataset.id));
  if (fresh.length || (!known && open.length)) beep();
  for (const card of fresh) card.dataset.fresh = "";
  known = new Set([...(known || []), ...ids]);
  const count = board.querySelectorAll(".card").length;
  summary.textContent = open.length ? `${open.length} 件没有人接手` : count ? `${count} 件处理中` : "平安";
  summary.classList.toggle("alarm", open.length > 0);
  document.title = (open.length ? `（${open.length}）紧急 ` : "") + "安伴值班台";
  tick();
}

function tick() {
  const now = Date.now() / 1000 - ahead;
  for (const age of board.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor(now - age.dataset.since));
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
    age.textContent = hours ? `${hours}时${minutes % 60}分` : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  }
  const silent = Date.now() - heard > SILENT_MS;
  const said = silent ? "连接断了，正在重连。下面的可能不是最新的，请同时留意电话。" : trouble;
  if (lost.textContent !== said) lost.textContent = said;
  lost.hidden = !said;
}
setInterval(tick, 1000);

new MutationObserver(changed).observe(board, { childList: true });

const form = document.getElementById("dialog-body");
new MutationObserver(() => {
  if (!dialog.open) dialog.showModal();
  form.querySelector("textarea").focus();
}).observe(form, { childList: true });

// the feed

const sources = new WeakSet();
document.body.addEventListener("htmx:sseOpen", (event) => {
  const source = event.detail.source;
  if (sources.has(source)) return;
  sources.add(source);
  source.addEventListener("tick", (message) => {
    heard = Date.now();
    ahead = Date.now() / 1000 - Number(message.data);
    trouble = "";
    tick();
  });
  source.addEventListener("trouble", () => {
    heard = Date.now();
    trouble = "数据库暂时连不上。下面的可能不是最新的，请同时留意电话。";
    tick();
  });
  source.addEventListener("expired", () => {
    source.close();
    location.assign("/desk/login?expired=1");
  });
});
document.body.addEventListener("htmx:sseError", () => { heard = 0; tick(); });
document.body.addEventListener("htmx:sendError", () => say("没有连上，请再点一次"));
document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) say("没有成功，请再点一次");
});

// words and dialogs

function say(text) {
  const toast = document.getElementById("toast");
  toast.className = "bad";
  toast.textContent = text;
}

new MutationObserver(() => { // htmx puts the text first and the class after it
  const toast = document.getElementById("toast");
  if (!toast.textContent) return;
  if (dialog.open && toast.classList.contains("bad")) {
    document.getElementById("dialog-said").textContent = toast.textContent;
  }
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { document.getElementById("toast").textContent = ""; }, 6000);
}).observe(document.getElementById("words"), { childList: true, subtree: true, attributes: true });

document.body.addEventListener("dialog-done", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) dialog.close(); });

// keys

document.addEventListener("keydown", (event) => {
  if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const cards = [...board.querySelectorAll(".card")];
  const at = cards.indexOf(document.activeElement?.closest?.(".card"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = cards[event.key === "ArrowDown" ? Math.min(at + 1, cards.length - 1) : Math.max(at - 1, 0)];
    if (next) { next.focus(); event.preventDefault(); }
    return;
  }
  const action = { t: "take", c: "close", f: "false" }[event.key.toLowerCase()];
  const card = cards[at] || (cards.length === 1 ? cards[0] : null);
  const button = action && card && document.getElementById(`${action}-${card.dataset.id}`);
  if (button) { button.click(); event.preventDefault(); }
});
