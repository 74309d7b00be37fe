// Charts over time, drawn by uPlot in an element whose property is the description of the chart.
import uPlot from './lib/uPlot.esm.js';

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

function axis(extra) {
  const line = { stroke: color('line'), width: 1 };
  return { stroke: color('dim'), grid: line, ticks: line, font: '12px system-ui, sans-serif', ...extra };
}

/** The axis of times, with seconds if the labels need them. */
function times() {
  return axis({
    space: 80,
    size: 34,
    values: (u, splits) => splits.map(at => new Date(at).toLocaleTimeString('en-GB', splits[1] - splits[0] < 60000 ? {} : { hour: '2-digit', minute: '2-digit' })),
  });
}

function logarithmic(unit) {
  const common = axis({ size: 62, filter: powers, values: (u, values) => values.map(value => value === null ? '' : unit(value)) });
  return { ...common, grid: { ...common.grid, filter: powers }, ticks: { ...common.ticks, filter: powers } };
}

/** Keeps the powers of ten of a logarithmic axis. */
function powers(u, splits) {
  return splits.map(value => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6 ? value : null);
}

/**
 * Description: {label, height, unit(value), series: [{name, color, dash}], data: [times, …]}; or
 * {heat: {rows, cells, labels, points}}; or {points: [{x, y, kind, id}]}, with onselect and onpick.
 */
class Chart extends HTMLElement {
  #spec;
  #plot;
  #key;
  #resize = new ResizeObserver(() => this.#fit());
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #rebuild = () => { this.#key = null; this.#draw(); };

  set spec(value) {
    this.#spec = value;
    if (this.isConnected) this.#draw();
  }

  connectedCallback() {
    this.setAttribute('role', 'img');
    this.#resize.observe(this);
    this.#scheme.addEventListener('change', this.#rebuild);
    this.#draw();
  }

  disconnectedCallback() {
    this.#resize.disconnect();
    this.#scheme.removeEventListener('change', this.#rebuild);
    this.#plot?.destroy();
    this.#plot = null;
    this.#key = null;
  }

  #fit() {
    const width = this.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: this.#spec.height ?? 180 });
    }
  }

  #draw() {
    const spec = this.#spec;
    if (!spec || !this.clientWidth) {
      if (spec) requestAnimationFrame(() => this.clientWidth && this.isConnected && this.#draw());
      return;
    }
    this.setAttribute('aria-label', spec.label);
    const data = spec.heat ? [spec.heat.times, spec.heat.times.map(() => null)] : spec.points ? scatterData(spec.points) : spec.data;
    const key = spec.label + '|' + (spec.series ?? []).length + '|' + (spec.heat ? 'h' : spec.points ? 'p' : 'l');
    if (this.#plot && this.#key === key) {
      this.#plot.setData(data);
      return;
    }
    this.#plot?.destroy();
    this.replaceChildren();
    this.#key = key;
    this.#plot = new uPlot(this.#options(spec), data, this);
  }

  #options(spec) {
    const common = {
      width: this.clientWidth,
      height: spec.height ?? 180,
      ms: 1,
      padding: [8, 8, 0, 0],
    };
    if (spec.heat) return this.#heat(common);
    if (spec.points) return this.#scatter(common);
    return {
      ...common,
      legend: { live: false },
      cursor: { drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (u, min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [times(), axis({ size: 62, values: (u, values) => values.map(spec.unit) })],
      series: [{}, ...spec.series.map(one => ({
        label: one.name,
        stroke: color(one.color),
        width: 1.75,
        dash: one.dash,
        spanGaps: false,
        fill: one.fill ? color(one.fill) : undefined,
        points: { show: false },
      }))],
    };
  }

  #heat(common) {
    const heat = () => this.#spec.heat;
    return {
      ...common,
      legend: { show: false },
      cursor: { show: true, drag: { x: false, y: false }, y: false, points: { show: false } },
      scales: { y: { range: () => [0, heat().labels.length] } },
      axes: [times(), axis({
        size: 62,
        grid: { show: false },
        splits: () => heat().labels.map((label, i) => i),
        filter: (u, splits) => splits.map(i => i % 3 === 0 ? i : null),
        values: (u, splits) => splits.map(i => i === null ? '' : heat().labels[i]),
      })],
      series: [{}, { points: { show: false } }],
      hooks: {
        draw: [u => {
          const { times, cells, points } = heat();
          const most = Math.max(1, ...cells.flat());
          const step = times.length > 1 ? times[1] - times[0] : 5000;
          u.ctx.save();
          u.ctx.fillStyle = color('accent');
          cells.forEach((column, i) => {
            const x = u.valToPos(times[i] - step, 'x', true);
            const width = u.valToPos(times[i], 'x', true) - x;
            column.forEach((count, row) => {
              if (count > 0) {
                const y = u.valToPos(row + 1, 'y', true);
                u.ctx.globalAlpha = 0.18 + 0.82 * Math.sqrt(count / most);
                u.ctx.fillRect(x, y, Math.max(1.5, width), u.valToPos(row, 'y', true) - y - 1);
              }
            });
          });
          u.ctx.globalAlpha = 1;
          u.ctx.strokeStyle = color('text');
          u.ctx.fillStyle = color('surface');
          u.ctx.lineWidth = 1.5 * devicePixelRatio;
          points.forEach(point => {
            u.ctx.beginPath();
            u.ctx.arc(u.valToPos(point.x, 'x', true), u.valToPos(point.y, 'y', true), 4 * devicePixelRatio, 0, 7);
            u.ctx.fill();
            u.ctx.stroke();
          });
          u.ctx.restore();
        }],
        ready: [u => this.#pickable(u, () => heat().points)],
      },
    };
  }

  #scatter(common) {
    const paint = ['ok', 'warn', 'bad'];
    return {
      ...common,
      legend: { show: false },
      cursor: { drag: { x: true, y: true, setScale: false, uni: 12 }, points: { show: false } },
      scales: { y: { distr: 3, range: (u, min, max) => [Math.max(0.01, (min || 1) / 2), (max || 1000) * 2] } },
      axes: [times(), logarithmic(value => this.#spec.unit(value))],
      series: [{}, ...paint.map(name => ({
        paths: () => null,
        points: { show: true, size: 7, stroke: color(name), fill: color(name) + '99', width: 1 },
      }))],
      hooks: {
        setSelect: [u => {
          const box = u.select;
          if (box.width > 6 || box.height > 6) {
            const at = (position, scale) => u.posToVal(position, scale);
            this.#spec.onselect?.({
              from: Math.round(at(box.left, 'x')),
              to: Math.round(at(box.left + box.width, 'x')),
              max: at(box.top, 'y'),
              min: at(box.top + box.height, 'y'),
            });
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          }
        }],
        ready: [u => this.#pickable(u, () => this.#spec.points)],
      },
    };
  }

  /** Opens the point nearest to a click. */
  #pickable(u, points) {
    let down = null;
    u.over.addEventListener('mousedown', event => { down = [event.clientX, event.clientY]; });
    u.over.addEventListener('click', event => {
      if (down && Math.hypot(event.clientX - down[0], event.clientY - down[1]) > 4) return;
      const box = u.over.getBoundingClientRect();
      let best = null;
      let nearest = 14;
      for (const point of points()) {
        const distance = Math.hypot(
          u.valToPos(point.x, 'x') - (event.clientX - box.left),
          u.valToPos(point.y, 'y') - (event.clientY - box.top));
        if (distance < nearest) {
          nearest = distance;
          best = point;
        }
      }
      if (best) this.#spec.onpick?.(best.id);
    });
  }
}

function scatterData(points) {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const of = kind => sorted.map(point => point.kind === kind ? Math.max(0.01, point.y) : null);
  return [sorted.map(point => point.x), of('ok'), of('warn'), of('bad')];
}

customElements.define('live-chart', Chart);
