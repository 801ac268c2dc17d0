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

// "/" goes to the search box of the page; j and k walk the rows of the list, Enter opens.
const isTyping = (target) => target.closest('input, textarea, select, [contenteditable]');
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === '/') {
    const search = document.querySelector('[data-search], input[type=search]');
    if (search) { event.preventDefault(); search.closest('details')?.setAttribute('open', ''); search.focus(); }
  }
  if (event.key === 'j' || event.key === 'k') {
    const links = [...document.querySelectorAll('[data-rows] tbody tr')].map((row) => row.querySelector('a')).filter(Boolean);
    const here = links.findIndex((link) => link.closest('tr').contains(document.activeElement));
    const next = links[event.key === 'j' ? Math.min(here + 1, links.length - 1) : Math.max(here - 1, 0)];
    next?.focus();
  }
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
document.body.addEventListener('htmx:sendError', () => say('The connection is away. What you typed is still here; try again in a moment.'));
document.body.addEventListener('htmx:responseError', (event) => say(
  event.detail.xhr.status === 403 ? 'This is not open to you.' : 'This did not work. Reload the page and try again.',
));
document.body.addEventListener('htmx:afterOnLoad', () => document.getElementById('app-status')?.remove());

// A button that prints.
document.addEventListener('click', (event) => { if (event.target.closest('[data-print]')) window.print(); });

// A draft (drafts.js) that was sent and did not come back as a form was saved: it can go. On the sign-in page it waits.
const sent = sessionStorage.getItem('sent');
if (sent && !document.querySelector('form[data-draft]') && !document.querySelector('input[type=password]')) {
  sessionStorage.removeItem(sent);
  sessionStorage.removeItem('sent');
}
document.addEventListener('submit', (event) => {
  if (event.target.action?.includes('logout')) sessionStorage.clear();
});
