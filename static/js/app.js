// Every page works without this file; with it, components come alive and lists change in place.
import { initAll as initGovuk } from '../govuk/govuk-frontend.min.js';
import { initAll as initMoj } from '../moj/moj-frontend.min.js';

initGovuk();
initMoj();

// Pieces that htmx brings in need their behaviour as well.
document.body.addEventListener('htmx:load', (event) => {
  if (event.target !== document.body) {
    initGovuk({ scope: event.target });
    initMoj({ scope: event.target });
  }
});

// A link to a field puts the cursor into it.
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-go]');
  if (!link) return;
  event.preventDefault();
  document.querySelector(link.dataset.go)?.focus();
});

// A menu closes when one clicks elsewhere or presses Escape.
const openMenus = () => document.querySelectorAll('details.app-menu[open]');
document.addEventListener('click', (event) => {
  openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    openMenus().forEach((menu) => { menu.open = false; menu.querySelector('summary').focus(); });
  }
});

// One-letter keys (components/shortcuts.html says them to people); off when the page has no list of them to show.
const keys = document.getElementById('keys');
const isTyping = (target) => target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog');
const rowsOf = () => [...document.querySelectorAll('[data-rows] tbody tr')].filter((row) => row.querySelector('a'));
const rowHere = (rows) => rows.findIndex((row) => row.contains(document.activeElement));
const goTo = (...selectors) => {
  const field = selectors.map((each) => document.querySelector(each)).find(Boolean);
  field?.closest('details')?.setAttribute('open', '');
  field?.focus();
};
const walk = (step) => {
  const rows = rowsOf();
  const here = rowHere(rows);
  const next = here < 0 ? rows[0] : rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  next?.querySelector('a').focus();
};
const tickRow = () => {
  const rows = rowsOf();
  rows[rowHere(rows)]?.querySelector('.app-tick')?.click();
};
const ACTS = {
  '/': () => goTo('[data-search]', '[data-find]'),
  n: () => goTo('[data-quick]'),
  j: () => walk(1),
  k: () => walk(-1),
  x: tickRow,
  '?': () => keys.showModal(),
};
document.addEventListener('keydown', (event) => {
  const act = ACTS[event.key];
  if (!keys || !act || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  act();
});

// Enter on a tick box opens the row, as everywhere in the list; a browser would send the form.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('.app-tick')) return;
  event.preventDefault();
  event.target.closest('tbody tr')?.querySelector('a')?.click();
});

// The bar of what can be done with ticked rows comes with the first tick.
const ticksOf = (form) => [...form.elements].filter((field) => field.name === 'chosen');
const showBar = (form) => {
  const ticks = ticksOf(form);
  const number = ticks.filter((tick) => tick.checked).length;
  const all = form.closest('.app-list').querySelector('[data-tick-all]');
  form.hidden = number === 0;
  form.querySelector('[data-ticked]').textContent = `${number} ticked`;
  all.checked = number > 0 && number === ticks.length;
  all.indeterminate = number > 0 && number < ticks.length;
};
const showBars = (root) => root.querySelectorAll('[data-bulk]').forEach(showBar);
const tickAll = (form, checked) => {
  ticksOf(form).forEach((tick) => { tick.checked = checked; });
  showBar(form);
};
document.addEventListener('change', ({ target }) => {
  if (target.matches('[data-tick-all]')) tickAll(target.closest('.app-list').querySelector('[data-bulk]'), target.checked);
  else if (target.form?.matches('[data-bulk]')) showBar(target.form);
});
document.addEventListener('click', ({ target }) => {
  const form = target.closest('[data-bulk]');
  if (form && target.matches('[data-tick-page]')) tickAll(form, true);
  if (form && target.matches('[data-untick]')) {
    const first = ticksOf(form).find((tick) => tick.checked);
    tickAll(form, false);
    first?.focus();
  }
});
document.body.addEventListener('htmx:load', (event) => showBars(event.target));
window.addEventListener('pageshow', () => showBars(document)); // also after Back, which keeps the ticks

// The bell asks at most once a minute what waits, and again after anything was sent: it may have answered something.
const BELL = 'waiting:';
const AGE = 60_000;
document.body.addEventListener('htmx:beforeRequest', (event) => {
  const bell = event.target.closest('[data-waiting]');
  if (!bell) return;
  const kept = JSON.parse(sessionStorage.getItem(BELL + bell.dataset.waiting) ?? 'null');
  if (kept && Date.now() - kept.at < AGE) {
    event.preventDefault();
    bell.outerHTML = kept.html;
  }
});
document.body.addEventListener('htmx:beforeSwap', (event) => {
  const bell = event.target.closest('[data-waiting]');
  if (bell && event.detail.xhr.status === 200) {
    sessionStorage.setItem(BELL + bell.dataset.waiting, JSON.stringify({ at: Date.now(), html: event.detail.serverResponse }));
  }
});
document.addEventListener('submit', (event) => {
  if (event.target.method === 'post') Object.keys(sessionStorage).filter((key) => key.startsWith(BELL)).forEach((key) => sessionStorage.removeItem(key));
});

// What cannot be reached is said, not swallowed.
const say = (text) => {
  let note = document.getElementById('app-status');
  if (!note) {
    note = document.createElement('p');
    note.id = 'app-status';
    note.className = 'app-status';
    note.setAttribute('role', 'status');
    document.body.append(note);
  }
  note.textContent = text;
};
const isBell = (event) => event.target.closest?.('[data-waiting]'); // its link leads to Today all the same
document.body.addEventListener('htmx:sendError', (event) => isBell(event) || say('The connection is away. What you typed is still here; try again in a moment.'));
document.body.addEventListener('htmx:responseError', (event) => isBell(event) || say(
  event.detail.xhr.status === 403 ? 'This is not open to you.' : 'This did not work. Reload the page and try again.',
));
document.body.addEventListener('htmx:afterOnLoad', () => document.getElementById('app-status')?.remove());

// What is folded away prints open, and folds up again; what would have to be fetched first stays out.
let unfolded = [];
window.addEventListener('beforeprint', () => {
  unfolded = [...document.querySelectorAll('main details:not([open]):not(.app-filters__panel)')].filter((each) => !each.querySelector('form, [hx-get]'));
  unfolded.forEach((each) => { each.open = true; });
});
window.addEventListener('afterprint', () => unfolded.forEach((each) => { each.open = false; }));

// A button that prints.
document.addEventListener('click', (event) => { if (event.target.closest('[data-print]')) window.print(); });
