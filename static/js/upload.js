// Shows how far files have gone on their way; without this file the form is sent all the same.
const showAnswer = (request, form) => {
  if (request.responseURL !== form.action) {
    window.location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, 'text/html');
  document.title = answer.title;
  document.querySelector('main').replaceWith(answer.querySelector('main'));
  document.querySelector('.govuk-error-summary')?.focus();
};

document.addEventListener('submit', (event) => {
  const form = event.target;
  const progress = form.querySelector('[data-upload-progress]');
  if (!progress || !window.FormData) return;
  event.preventDefault();
  const request = new XMLHttpRequest();
  const button = form.querySelector('button[type=submit]');
  const again = () => { progress.hidden = true; button.disabled = false; };
  request.open('POST', form.action);
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    progress.querySelector('progress').value = total ? (100 * loaded) / total : 0;
  });
  request.addEventListener('load', () => { again(); showAnswer(request, form); });
  request.addEventListener('error', () => { again(); form.submit(); });
  progress.hidden = false;
  button.disabled = true;
  request.send(new FormData(form));
});
