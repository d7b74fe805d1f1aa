import { listen } from './stream.js';
import { draw } from './chart.js';

// Draws the run of the load page as it goes on.
const start = document.getElementById('start');
const progress = document.getElementById('progress');

listen(document.getElementById('load').dataset.live, 'load', state => {
  start.disabled = state.running;
  progress.textContent = say(state);
  const halves = [true, false].map(cache => ({ cache, samples: state.samples.filter(sample => sample.cache === cache) }));
  draw(document.getElementById('chart-rate'), state.seconds, halves.map(half => line(half, 'perSecond', '')));
  draw(document.getElementById('chart-latency'), state.seconds,
    halves.flatMap(half => [line(half, 'p50', ''), line(half, 'p99', 'dash')]), { logarithmic: true });
  fill('totals-on', state.on);
  fill('totals-off', state.off);
});

function line(half, field, style) {
  return {
    style: `${half.cache ? 'on' : 'off'} ${style}`,
    points: half.samples.map(sample => [sample.second, sample[field]]),
  };
}

function say(state) {
  if (state.running) {
    const last = state.samples.at(-1);
    return last === undefined ? 'Warming up …' : `${last.cache ? 'With' : 'Without'} the cache: ${last.second.toFixed(1)} of ${state.seconds} s`;
  }

  return state.on && state.off && state.off.perSecond > 0
    ? `Done: ${(state.on.perSecond / state.off.perSecond).toFixed(1)} times as many requests with the cache.`
    : '';
}

function fill(row, totals) {
  for (const cell of document.querySelectorAll(`#${row} [data-total]`)) {
    const name = cell.dataset.total;
    const digits = name === 'perSecond' || name === 'failures' ? 0 : 2;
    cell.textContent = totals === null ? '–'
      : totals[name].toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
}
