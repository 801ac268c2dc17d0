// What was typed into a long form survives a lost connection, a closed lid and an ended sign-in: in this tab only, for
// the same person only, and no longer than a day's work. Signing out ends it, in every tab of the browser.
const PREFIX = 'draft:';
const SIGNED_OUT = 'signed-out'; // in localStorage, so that the other tabs learn of it
const HOURS_KEPT = 10;
const SKIP = new Set(['csrfmiddlewaretoken', 'version', 'typed_by', 'once']);
// Who is signed in, and where: "person place". Nobody on the pages of signing in, where drafts wait.
const [person = '', place = ''] = (document.querySelector('meta[name="draft-owner"]')?.content ?? '').split(' ');

const loaded = Date.now();
const signedOut = () => Number(localStorage.getItem(SIGNED_OUT)) || 0;

const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
const parsed = (text) => { try { return JSON.parse(text); } catch { return null; } };
const forget = (key) => { sessionStorage.removeItem(key); if (parsed(sessionStorage.getItem('sent'))?.key === key) sessionStorage.removeItem('sent'); };

// Drafts of somebody else, of before a sign-out, of another day.
const clear = () => {
  const since = Math.max(signedOut(), Date.now() - HOURS_KEPT * 3600 * 1000);
  keys().forEach((key) => {
    const isOthers = person && !key.startsWith(`${PREFIX}${person}:`);
    if (isOthers || !(parsed(sessionStorage.getItem(key))?.at > since)) forget(key);
  });
};
clear();
window.addEventListener('storage', (event) => { if (event.key === SIGNED_OUT) clear(); });
document.addEventListener('submit', (event) => {
  if (!event.target.action?.includes('logout')) return;
  localStorage.setItem(SIGNED_OUT, String(Date.now()));
  clear();
});

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !SKIP.has(field.name) && field.type !== 'hidden' && field.type !== 'password' && field.type !== 'file');

const read = (form) => fieldsOf(form).map((field) => (
  ['checkbox', 'radio'].includes(field.type) ? [field.name, field.value, field.checked] : [field.name, field.value, null]
));

const write = (form, values) => {
  fieldsOf(form).forEach((field) => {
    const found = values.find(([name, value, checked]) => name === field.name && (checked === null || value === field.value));
    if (!found) return;
    if (found[2] === null) field.value = found[1]; else field.checked = found[2];
  });
};

const note = (form, discard) => {
  const line = document.createElement('p');
  line.className = 'app-draft';
  line.setAttribute('role', 'status');
  line.textContent = 'What you typed before and did not save is here again. ';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'app-linklike';
  button.textContent = 'Discard it';
  button.addEventListener('click', discard);
  line.append(button);
  form.prepend(line);
};

const forms = person ? [...document.querySelectorAll('form[data-draft]')] : [];
forms.forEach((form) => {
  const key = `${PREFIX}${person}:${place}:${form.dataset.draft}`;
  const asServed = JSON.stringify(read(form));
  const stored = parsed(sessionStorage.getItem(key))?.values;
  const hasErrors = document.querySelector('.govuk-error-summary');
  // A page still open after a sign-out elsewhere keeps nothing more: leaving it counts as a change of its last field.
  const keep = () => signedOut() < loaded && sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) }));
  if (stored && JSON.stringify(stored) !== asServed && !hasErrors) {
    write(form, stored);
    note(form, () => { forget(key); window.location.reload(); });
  }
  form.addEventListener('input', keep);
  form.addEventListener('change', keep);
  form.addEventListener('submit', () => {
    keep();
    sessionStorage.setItem('sent', JSON.stringify({ key, path: window.location.pathname }));
  });
  form.querySelectorAll('a[href]').forEach((link) => link.addEventListener('click', () => {
    if (link.closest('.govuk-button-group')) forget(key);
  }));
});

// A draft that was sent and led to another page was saved: it can go. A refusal or a fault stays at the form's address,
// and without a sign-in the draft waits for its owner.
const sent = parsed(sessionStorage.getItem('sent'));
if (sent && person && !forms.length && window.location.pathname !== sent.path) forget(sent.key);
