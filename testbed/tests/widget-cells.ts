/** A slider with a label that follows it, and a button that moves a progress bar. */
export const DOSE = `
const dose = slider({ value: 20, max: 80, description: 'Dose (Gy)' });
const schedule = label();
linkValue(dose, schedule, gray => \`\${gray} Gy in \${gray / 2} fractions\`);
const bar = progressBar({ description: 'Work' });
const go = button({ description: 'Go' }, async () => {
  for (let percent = 0; percent <= 100; percent += 10) {
    bar.value = percent;
    await new Promise(resolve => setTimeout(resolve, 40));
  }
});
vbox([dose, schedule, hbox([go, bar])])`;

/** Waits for the next value of the slider. */
export const CHOOSE = `
const chosen = await dose.next('value');
console.log(\`chosen: \${chosen} Gy\`);`;

const COUNTER_MODULE = `
function render({ model, el }) {
  const button = document.createElement('button');
  button.className = 'counter';
  const draw = () => { button.textContent = 'count ' + model.get('count'); };
  button.addEventListener('click', () => {
    model.set('count', model.get('count') + 1);
    model.save_changes();
  });
  model.on('change:count', draw);
  draw();
  el.append(button);
}
export default { render };`;

/** A widget of one's own: a button that counts, and a label that follows it. */
export const COUNTER = `
const counter = anywidget({
  esm: ${JSON.stringify(COUNTER_MODULE)},
  css: '.counter { color: rgb(1, 2, 3); }',
  state: { count: 3 }
});
const twice = label();
counter.on('count', count => { twice.value = \`twice: \${2 * count}\`; });
vbox([counter, twice])`;
