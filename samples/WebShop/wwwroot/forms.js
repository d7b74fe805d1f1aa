// A form that only chooses submits itself; without this script its button does.
for (const form of document.querySelectorAll('form[data-submits-itself]')) {
  form.querySelector('button').hidden = true;
  form.addEventListener('change', () => form.requestSubmit());
}
