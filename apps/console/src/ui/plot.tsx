import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartProps } from './chart.tsx';
import { lineLook } from './line-look.ts';

/** The drawing itself, loaded when the first chart is looked at. Colours come from the page's tokens. */
export default function Plot({ times, series, height, timeZone, unit, format, timeLabel, title }: ChartProps) {
  const scheme = useComputedColorScheme();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const shape = series.map(({ label, kind }) => `${label}:${kind}`).join();
  const latest = useRef({ times, series, format, timeLabel });
  latest.current = { times, series, format, timeLabel };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot for a new shape or scheme; data is set below.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const token = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
    const axis = {
      stroke: token('--ink-3'),
      font: `12px ${token('--sans')}`,
      grid: { stroke: token('--line'), width: 1 },
      ticks: { show: false },
    };
    const accent = token('--accent');
    const bars = uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.12 });
    const tip = tooltip(() => latest.current);
    const own = new uPlot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
        padding: [8, 20, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          x: {
            range: (_u, min, max) => [min - (unit === 'day' ? 43_200 : 1_800), max + (unit === 'day' ? 43_200 : 1_800)],
          },
          y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            gap: 4,
            size: 22,
            space: 72,
            values: (_u, at, _axis, _space, step) => at.map((seconds) => axisTime(seconds, timeZone, step)),
          },
          { ...axis, gap: 8, size: 64, space: 28, values: (_u, values) => values.map((value) => format(value)) },
        ],
        series: [
          {},
          ...series.map(({ label, kind }, place): uPlot.Series => {
            if (kind === 'limit') {
              return {
                label,
                stroke: token('--red-mark'),
                width: 1.5,
                dash: [6, 4],
                points: { show: false },
                spanGaps: true,
              };
            }
            if (kind === 'forecast') {
              return { label, stroke: accent, width: 1.75, dash: [6, 4], points: { show: false }, spanGaps: true };
            }
            if (kind === 'line') {
              const { colour, dash } = lineLook(series.slice(0, place).filter((one) => one.kind === 'line').length);
              return { label, stroke: token(colour), width: 2, dash: [...dash], points: { show: false } };
            }
            if (kind === 'edge') return { label, stroke: 'transparent', width: 0, points: { show: false } };
            const fill = `color-mix(in srgb, ${accent} ${kind === 'bars' ? 75 : 20}%, ${token('--surface')})`;
            if (kind === 'area') return { label, stroke: accent, width: 1.75, fill, points: { show: false } };
            return {
              label,
              fill,
              stroke: 'transparent',
              width: 0,
              points: { show: false },
              ...(bars && { paths: bars }),
            };
          }),
        ],
        bands: bandsOf(series).map((edges) => ({
          series: edges,
          fill: `color-mix(in srgb, ${accent} 12%, ${token('--surface')})`,
        })),
        hooks: { setCursor: [tip.move], destroy: [tip.remove] },
      },
      [times, ...series.map(({ values }) => values)] as uPlot.AlignedData,
      element,
    );
    tip.attach(own);
    plot.current = own;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) own.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      own.destroy();
      plot.current = null;
    };
  }, [shape, scheme, height, timeZone, unit]);

  useEffect(() => {
    plot.current?.setData([times, ...series.map(({ values }) => values)] as uPlot.AlignedData);
  }, [times, series]);

  return (
    <div
      ref={box}
      className="plot"
      style={{ height }}
      role="img"
      aria-label={`${title}. The same numbers are in the table.`}
    />
  );
}

/** Each pair of edges, the upper one first, by their places among uPlot's series, where the first is time. */
function bandsOf(series: ChartProps['series']): [number, number][] {
  const edges = series.flatMap(({ kind }, i) => (kind === 'edge' ? [i + 1] : []));
  return edges.flatMap((lower, i): [number, number][] => (i % 2 === 0 && edges[i + 1] ? [[edges[i + 1]!, lower]] : []));
}

/** Hours where the marks are closer than a day, else days. */
function axisTime(seconds: number, timeZone: string, step: number): string {
  const options: Intl.DateTimeFormatOptions = step >= 86_400 ? { day: 'numeric', month: 'short' } : { hour: 'numeric' };
  return new Intl.DateTimeFormat(undefined, { timeZone, ...options }).format(seconds * 1000);
}

/** The value under the pointer, in words. */
function tooltip(current: () => Pick<ChartProps, 'times' | 'series' | 'format' | 'timeLabel'>) {
  const element = document.createElement('div');
  element.className = 'plot-tip';
  element.hidden = true;
  return {
    attach: (plot: uPlot) => plot.over.append(element),
    remove: () => element.remove(),
    move: (plot: uPlot) => {
      const { idx, left = -1 } = plot.cursor;
      const { times, series, format, timeLabel } = current();
      const at = idx === null || idx === undefined ? undefined : times[idx];
      element.hidden = at === undefined || left < 0;
      if (at === undefined || left < 0) return;
      const lines = series
        .map(({ label, values }) => [label, values[idx!]] as const)
        .filter(([, value]) => value != null);
      element.replaceChildren(
        Object.assign(document.createElement('div'), { textContent: timeLabel(at) }),
        ...lines.map(([label, value]) =>
          Object.assign(document.createElement('strong'), { textContent: `${label}: ${format(value!)}` }),
        ),
      );
      const flip = left > plot.over.clientWidth - 180;
      element.style.transform = `translate(${flip ? left - element.offsetWidth - 12 : left + 12}px, 8px)`;
    },
  };
}
