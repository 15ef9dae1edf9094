// The page asks /state once a second and draws what it is told; it keeps nothing itself.
const byId = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text, never markup. */
function element(name, attributes = {}, ...children) {
  const svg = ['svg', 'line', 'path', 'circle', 'text', 'title'].includes(name);
  const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const number = (value) => Math.round(value).toLocaleString('en');
const share = (value) => value.toFixed(2);

function drawLoop(state) {
  const { counts, steps, served, releases } = state;
  const promoted = releases.filter((release) => ['promoted', 'retired', 'draining'].includes(release.state)).length;
  const nodes = [
    ['Users', number(state.elapsedSeconds), 'seconds of chat'],
    ['Gateway', number(counts.events), 'events acknowledged'],
    ['Pairing', number(counts.pairs), `pairs, ${number(counts.deadLetters)} dead letters`],
    ['Trainer', number(steps), `DPO steps, ${number(counts.checkpoints)} checkpoints`],
    ['Publisher', number(promoted), `released, ${number(counts.rejected)} rejected`],
    ['Serving', served, 'answers now'],
  ];
  byId('loop').replaceChildren(...nodes.map(([name, value, note], index) => element('li',
    index === nodes.length - 1 ? { class: 'served' } : {},
    element('b', {}, name), element('strong', {}, value), element('small', {}, note))));
}

function drawChart(measurements, goal) {
  const width = 560, height = 250, left = 34, right = 18, top = 12, bottom = 28;
  const x = (index) => left + (measurements.length < 2 ? 0 : index * (width - left - right) / (measurements.length - 1));
  const y = (value) => top + (1 - value) * (height - top - bottom);
  const svg = element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img',
    'aria-label': 'Win rate by version: ' + measurements.map((one) => share(one.winRate)).join(', ') });
  for (const value of [0, .25, .5, .75, 1]) {
    svg.append(element('line', { class: 'axis', x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      element('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, String(value)));
  }
  byId('goal').hidden = goal === null;
  if (goal !== null) {
    svg.append(element('line', { class: 'goal', x1: left, x2: width - right, y1: y(goal), y2: y(goal) }));
  }
  for (const [name, value] of [['well', (one) => one.wellFormed], ['win', (one) => one.winRate]]) {
    const points = measurements.map((one, index) => `${x(index)},${y(value(one))}`);
    svg.append(element('path', { class: name, d: 'M' + points.join('L') }));
    measurements.forEach((one, index) => svg.append(
      element('circle', { class: name, cx: x(index), cy: y(value(one)), r: 4 })));
  }
  const every = Math.ceil(measurements.length / 8);
  measurements.forEach((one, index) => {
    if (index % every && index !== measurements.length - 1) return;
    const anchor = index === 0 ? 'start' : index === measurements.length - 1 ? 'end' : 'middle';
    const label = one.model.version.replace(/-.*/, '');
    svg.append(element('text', { x: x(index), y: height - 8, 'text-anchor': anchor }, label),
      element('text', { class: 'value', x: x(index), y: y(one.winRate) + 20, 'text-anchor': anchor }, share(one.winRate)));
  });
  byId('chart').replaceChildren(svg);
}

function drawReleases({ releases, measurements, served }) {
  const measured = new Map(measurements.map((one) => [one.model.version, one]));
  const row = (version, state, detail) => {
    const one = measured.get(version);
    const why = state === 'rejected' ? [element('small', {}, detail)] : [];
    return element('tr', { title: detail }, element('td', {}, version),
      element('td', { class: 'state-' + state }, version === served ? state + ', serving' : state, ...why),
      ...['winRate', 'wellFormed'].map((key) => element('td', {}, one ? share(one[key]) : '')),
      element('td', {}, one ? one.klToBase.toFixed(1) : ''));
  };
  byId('releases').replaceChildren(
    ...releases.toReversed().map((release) => row(release.version, release.state, release.detail)),
    row('base', 'began with', 'the model before any feedback'));
}

function drawExamples(measurements) {
  const [before, now] = [measurements[0], measurements.at(-1)];
  byId('examples').replaceChildren(...before.examples.slice(0, 3).map((example, index) => element('div', { class: 'example' },
    element('h3', {}, example.question),
    element('div', { class: 'answer before' }, element('h3', {}, 'base'), element('p', {}, example.answer)),
    ...(measurements.length < 2 ? [] : [element('div', { class: 'answer' },
      element('h3', {}, now.model.version), element('p', {}, now.examples[index].answer))]))));
}

function drawTurn(turn) {
  const answers = turn.answers.map((text, index) => {
    const button = element('button', { type: 'button' }, 'This one is better');
    button.addEventListener('click', () => pick(turn, index));
    return element('div', { class: 'answer' }, element('h3', {}, turn.version), element('p', {}, text), button);
  });
  const before = element('div', { class: 'answer before' },
    element('h3', {}, 'base, before it learned'), element('p', {}, turn.baseAnswer));
  byId('turn').replaceChildren(element('div', { class: 'answers' }, ...answers, before));
}

const post = (path, body) => fetch(path, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

async function pick(turn, chosen) {
  const response = await post('pick', { turn: turn.id, chosen });
  byId('turn').querySelectorAll('button').forEach((button) => { button.disabled = true; });
  const note = element('p', { class: 'note' }, response.ok ? 'Your pick is in Kafka.' : await response.text());
  byId('turn').append(note);
  if (response.ok) follow((await response.json()).eventId, note);
}

// What became of the pick, as GET /v1/feedback/{eventId} says it.
function told(fate) {
  const trained = fate.trainedIn ?? [];
  const [newest] = trained;
  const serving = trained.find((one) => one.servedIn);
  switch (fate.state) {
    case 'SERVED': return `Version ${serving.version} learned from your pick, and ${serving.servedIn} answers with it now.`;
    case 'TRAINED': return `Version ${newest.version} learned from your pick; it is not served yet.`;
    case 'PAIRED': return 'Your pick is a preference pair; the next version learns from it.';
    case 'DEAD_LETTER': return `Your pick is a dead letter: ${fate.deadLetter.detail}`;
    default: return 'Your pick is in Kafka.';
  }
}

async function follow(eventId, note) {
  if (!note.isConnected) return;
  let fate = {};
  try {
    fate = await (await fetch(`fate/${eventId}`)).json();
    note.textContent = told(fate);
  } catch {
    // The page says so itself when the demo has ended.
  }
  if (fate.state !== 'SERVED') setTimeout(() => follow(eventId, note), 1000);
}

byId('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  const response = await post('chat', { question: byId('question').value });
  if (response.ok) drawTurn(await response.json());
  else byId('turn').replaceChildren(element('p', { class: 'note' }, await response.text()));
});

async function refresh() {
  try {
    const state = await (await fetch('state')).json();
    drawLoop(state);
    drawChart(state.measurements, state.goal);
    drawReleases(state);
    drawExamples(state.measurements);
    byId('ended').hidden = true;
  } catch {
    byId('ended').hidden = false;
  }
  setTimeout(refresh, 1000);
}
refresh();
