// What was typed into a long form survives a lost connection, a closed lid and an ended sign-in, in this tab only.
const PREFIX = 'draft:';
const SKIP = new Set(['csrfmiddlewaretoken', 'version']);
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !SKIP.has(field.name) && field.type !== 'hidden' && field.type !== 'password' && field.type !== 'file');

const read = (form) => JSON.stringify(fieldsOf(form).map((field) => (
  ['checkbox', 'radio'].includes(field.type) ? [field.name, field.value, field.checked] : [field.name, field.value, null]
)));

const write = (form, stored) => {
  const values = JSON.parse(stored);
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

const forms = [...document.querySelectorAll('form[data-draft]')];
forms.forEach((form) => {
  const key = PREFIX + form.dataset.draft;
  const asServed = read(form);
  const stored = sessionStorage.getItem(key);
  const hasErrors = document.querySelector('.govuk-error-summary');
  if (stored && stored !== asServed && !hasErrors) {
    write(form, stored);
    note(form, () => { sessionStorage.removeItem(key); window.location.reload(); });
  }
  form.addEventListener('input', () => sessionStorage.setItem(key, read(form)));
  form.addEventListener('change', () => sessionStorage.setItem(key, read(form)));
  form.addEventListener('submit', () => { sessionStorage.setItem(key, read(form)); sessionStorage.setItem('sent', key); });
  form.querySelectorAll('a[href]').forEach((link) => link.addEventListener('click', () => {
    if (link.closest('.govuk-button-group')) sessionStorage.removeItem(key);
  }));
});
