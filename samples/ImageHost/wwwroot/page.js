'use strict';
const at = id => document.getElementById(id);
const models = { restored: '/classify', obfuscated: '/classify/obfuscated' };

async function ask(id, path, image) {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: image });
  if (response.status === 413) throw new Error('That picture has more than 1 MB.');
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? `The server said ${response.status}.`);
  at(id).textContent = answer.label;
  at(`${id}-more`).textContent = `${(100 * answer.probability).toFixed(1)} % sure`;
}

async function show(image) {
  at('error').textContent = '';
  for (const id in models) {
    at(id).textContent = '…';
    at(`${id}-more`).textContent = '';
  }
  URL.revokeObjectURL(at('picture').src);
  at('picture').src = URL.createObjectURL(image);
  at('picture').hidden = false;
  at('hint').hidden = true;
  try {
    await Promise.all(Object.entries(models).map(([id, path]) => ask(id, path, image)));
  } catch (problem) {
    for (const id in models) at(id).textContent = '–';
    at('error').textContent = problem.message;
  }
}

at('file').addEventListener('change', event => event.target.files[0] && show(event.target.files[0]));
for (const name of ['dragover', 'dragleave', 'drop'])
  at('drop').addEventListener(name, event => {
    event.preventDefault();
    at('drop').classList.toggle('over', name === 'dragover');
    if (name === 'drop' && event.dataTransfer.files[0]) show(event.dataTransfer.files[0]);
  });
for (let sample = 0; sample < 10; sample++) {
  const button = document.createElement('button');
  const image = new Image();
  image.src = `samples/${sample}.png`;
  image.alt = `sample ${sample + 1}`;
  button.append(image);
  button.addEventListener('click', async () => show(await (await fetch(image.src)).blob()));
  at('samples').append(button);
}
