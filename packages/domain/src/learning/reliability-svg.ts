import type { HeldOutMetrics } from '@tact/contracts';

const SIDE = 300;
const LEFT = 56;
const TOP = 24;
const [WIDTH, HEIGHT] = [LEFT + SIDE + 24, TOP + SIDE + 56];

const x = (share: number): string => (LEFT + share * SIDE).toFixed(1);
const y = (share: number): string => (TOP + (1 - share) * SIDE).toFixed(1);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const text = (at: { x: string | number; y: string | number; more?: string }, content: string) =>
  `<text x="${at.x}" y="${at.y}"${at.more ?? ''}>${escaped(content)}</text>`;

const axes = (): string[] => [
  `<rect x="${LEFT}" y="${TOP}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#000"/>`,
  `<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#000" stroke-dasharray="6 4"/>`,
  ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    text({ x: x(share), y: TOP + SIDE + 18, more: ' text-anchor="middle"' }, percent(share)),
    text({ x: LEFT - 6, y: y(share), more: ' text-anchor="end" dy="4"' }, percent(share)),
  ]),
  text({ x: x(0.5), y: TOP + SIDE + 40, more: ' text-anchor="middle"' }, 'predicted probability'),
  text({ x: LEFT, y: TOP - 8 }, 'share that had blocked'),
];

/** A bin: a circle whose area grows with its people, and their number. No colour carries a meaning. */
const pointOf = ({ said, observed, examples }: HeldOutMetrics['bins'][number], most: number) => {
  const radius = 3 + 9 * Math.sqrt(examples / most);
  const circle = `<circle cx="${x(said)}" cy="${y(observed)}" r="${radius.toFixed(1)}" fill="#fff" stroke="#000" stroke-width="2"/>`;
  // Bins lie close beside each other: the number stands above its circle, or below where that would leave the frame.
  const away = observed > 0.85 ? radius + 15 : -radius - 5;
  const at = { x: x(said), y: (Number(y(observed)) + away).toFixed(1) };
  return [circle, text({ ...at, more: ' text-anchor="middle"' }, String(examples))];
};

const described = ({ bins }: HeldOutMetrics): string => {
  if (bins.length === 0) return 'Too few people reported an outcome: there is nothing to draw.';
  const lines = bins.map(
    ({ from, to, examples, said, observed }) =>
      `Between ${percent(from)} and ${percent(to)}: ${examples} people, ${percent(said)} predicted, ${percent(observed)} had blocked.`,
  );
  return `On the dashed line, predicted and observed frequencies agree. ${lines.join(' ')}`;
};

/** The reliability diagram of a model: readable aloud, and in black and white. */
export const reliabilitySvg = (version: string, metrics: HeldOutMetrics): string => {
  const { bins } = metrics;
  const most = Math.max(1, ...bins.map(({ examples }) => examples));
  const line = bins.map(({ said, observed }) => `${x(said)},${y(observed)}`).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title id="title">Reliability of model ${escaped(version)}</title>`,
    `<desc id="desc">${escaped(described(metrics))}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...axes(),
    ...(bins.length === 0
      ? [text({ x: x(0.5), y: y(0.5), more: ' text-anchor="middle"' }, 'too few people to tell')]
      : [`<polyline points="${line}" fill="none" stroke="#000"/>`]),
    ...bins.flatMap((bin) => pointOf(bin, most)),
    '</svg>',
    '',
  ].join('\n');
};
