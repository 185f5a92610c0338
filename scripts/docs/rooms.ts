import { composition, doors } from '../doors.ts';

const cell = 38;
const left = 150;
const top = 118;
const margin = 24;

/**
 * The door table drawn: a dot where the room of the row may import the room of the column. Rooms stand in the order in
 * which they build on each other, so the dots keep to one side, and a dot above the stairs would be a circle.
 */
export function roomsDrawing(): string {
  const order = inOrder();
  const columns = order.filter((room) => Object.values(doors).some((list) => list.includes(room)));
  const rows = [
    ...order.map((room) => ({ name: room, opens: doors[room]! })),
    { name: composition.join(', '), opens: columns },
  ];
  const width = left + columns.length * cell + margin + 40;
  const foot = top + rows.length * cell;
  const height = foot + 66;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Which room may import which">
<style>
  text { font: 500 14px system-ui, sans-serif; fill: #1f2933; dominant-baseline: central }
  .note { font-weight: 400; font-size: 12.5px; fill: #52606d }
  .stripe { fill: #f3f5f7 }
  .self { fill: #dde3e8 }
  .dot { fill: #2f6f9f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb }
    .note { fill: #9aa5b1 }
    .stripe { fill: #1b242e }
    .self { fill: #364452 }
    .dot { fill: #7cc4fa }
  }
</style>
${rows.map((row, y) => drawRow(row, y, columns, width)).join('\n')}
${columns.map(drawColumnName).join('\n')}
<text class="note" x="${margin}" y="${foot + 22}">The room of a row may import the index.ts of the rooms with a dot.</text>
<text class="note" x="${margin}" y="${foot + 42}">Everybody may import kit and measure, which import no room.</text>
</svg>
`;
}

/** Rooms after everything they import; of several that could come next, the first in the table. */
function inOrder(): string[] {
  const order: string[] = [];
  const rest = new Set(Object.keys(doors));
  while (rest.size > 0) {
    const next = [...rest].find((room) => doors[room]!.every((to) => order.includes(to)));
    if (!next) throw new Error('The door table has a circle.');
    order.push(next);
    rest.delete(next);
  }
  return order;
}

function drawRow(row: { name: string; opens: readonly string[] }, y: number, columns: string[], width: number): string {
  const middle = top + y * cell + cell / 2;
  const stripe =
    y % 2 === 0
      ? `<rect class="stripe" x="${margin - 10}" y="${top + y * cell}" width="${width - 2 * margin + 20}" height="${cell}" rx="6"/>`
      : '';
  const name = `<text x="${margin}" y="${middle}">${row.name}</text>`;
  const marks = columns.flatMap((room, x) => {
    const center = left + x * cell + cell / 2;
    if (row.opens.includes(room)) return [`<circle class="dot" cx="${center}" cy="${middle}" r="6.5"/>`];
    if (row.name !== room) return [];
    return [`<rect class="self" x="${center - 11}" y="${middle - 11}" width="22" height="22" rx="5"/>`];
  });
  return [stripe, name, ...marks].filter((part) => part !== '').join('\n');
}

function drawColumnName(room: string, x: number): string {
  const at = `${left + x * cell + cell / 2} ${top - 14}`;
  return `<text transform="translate(${at}) rotate(-45)">${room}</text>`;
}
