// Times in the reader's time zone, and countdowns by the service's clock.

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const today = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const thisYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const earlier = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

let correction = 0;
const ticking = new Map();
let timer;

/** Sets the clock by the service's: the one of this machine may be minutes off. */
export function setClock(iso) {
  correction = Date.parse(iso) - Date.now();
}

/** The service's time, in milliseconds. */
export const now = () => Date.now() + correction;

/** The exact time in the reader's zone. */
export const exactly = (iso) => exact.format(new Date(iso));

/** A time in its shortest form; the exact one is in its title. */
export function moment(iso) {
  const time = document.createElement("time");
  if (!iso || Number.isNaN(Date.parse(iso))) {
    return time;
  }
  time.dateTime = iso;
  time.title = exactly(iso);
  time.textContent = short(new Date(iso));
  return time;
}

function short(date) {
  const current = new Date(now());
  if (date.toDateString() === current.toDateString()) {
    return today.format(date);
  }
  return date.getFullYear() === current.getFullYear() ? thisYear.format(date) : earlier.format(date);
}

/** A length of time in its two largest units. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units = [
    ["d", Math.floor(seconds / 86_400)],
    ["h", Math.floor(seconds / 3_600) % 24],
    ["min", Math.floor(seconds / 60) % 60],
    ["s", seconds % 60],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  const shown = first < 0 ? units.slice(-1) : units.slice(first, first + 2);
  return shown.map(([unit, count]) => `${count} ${unit}`).join(" ");
}

/**
 * Counts down to `iso`, in the place of what is in `frame`. `textFor(left)` makes the text for the milliseconds
 * that are left. Screen readers do not announce every second: `role="timer"` is silent by default (WAI-ARIA 1.2).
 */
export function countDown(frame, iso, textFor) {
  if (frame.dataset.until !== iso) {
    const time = Object.assign(document.createElement("time"), { dateTime: iso, title: exactly(iso) });
    time.setAttribute("role", "timer");
    frame.replaceChildren(time);
    frame.dataset.until = iso;
  }
  const time = frame.firstElementChild;
  const draw = () => {
    const text = textFor(Date.parse(iso) - now());
    if (time.textContent !== text) {
      time.textContent = text;
    }
  };
  ticking.set(frame, draw);
  draw();
}

/** Ends a countdown. */
export function stopCountDown(frame) {
  ticking.delete(frame);
  delete frame.dataset.until;
}

/** Lets the countdowns run, or stops them while nobody looks. */
export function tick(isLookedAt) {
  clearInterval(timer);
  if (isLookedAt) {
    timer = setInterval(() => ticking.forEach((draw) => draw()), 1000);
    ticking.forEach((draw) => draw());
  }
}
