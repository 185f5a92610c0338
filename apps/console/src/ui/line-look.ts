const colours = 5;
const dashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3]];

/** How one of several lines of a chart looks: as many colours as can be told apart, and then dashes. */
export function lineLook(index: number): { colour: string; dash: readonly number[] } {
  return { colour: `--plot-${(index % colours) + 1}`, dash: dashes[Math.floor(index / colours) % dashes.length]! };
}
