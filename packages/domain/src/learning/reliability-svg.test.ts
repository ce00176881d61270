import { describe, expect, test } from '@jest/globals';
import { reliabilitySvg } from './reliability-svg.ts';

/** A square of 300 units, its lower left corner at 56, 324. */
const bin = (from: number, examples: number, observed: number) => ({
  from,
  to: from + 0.1,
  said: from + 0.05,
  observed,
  examples,
});
const metrics = {
  examples: 125,
  saidBlocked: 40,
  notBlocked: 60,
  bins: [bin(0.2, 100, 0.1), bin(0.7, 25, 0.9)],
};
const lines = reliabilitySvg('v1', metrics).split('\n');

describe('the drawing', () => {
  test('has the frame, the diagonal and the name of the model', () => {
    expect(lines[0]).toContain('viewBox="0 0 380 380" width="380" height="380"');
    expect(lines).toContain('<title id="title">Reliability of model v1</title>');
    expect(lines).toContain('<rect width="380" height="380" fill="#fff"/>');
    expect(lines).toContain(
      '<rect x="56" y="24" width="300" height="300" fill="none" stroke="#000"/>',
    );
    expect(lines).toContain(
      '<line x1="56.0" y1="324.0" x2="356.0" y2="24.0" stroke="#000" stroke-dasharray="6 4"/>',
    );
    expect(lines.at(-2)).toBe('</svg>');
    expect(lines.at(-1)).toBe('');
  });

  test('marks quarters on both axes, from the lower left', () => {
    const marks = (['0', '25', '50', '75', '100'] as const).flatMap((share, nth) => [
      `<text x="${(56 + 75 * nth).toFixed(1)}" y="342" text-anchor="middle">${share} %</text>`,
      `<text x="50" y="${(324 - 75 * nth).toFixed(1)}" text-anchor="end" dy="4">${share} %</text>`,
    ]);
    expect(lines.filter((line) => / %<\/text>$/.test(line))).toEqual(marks);
    expect(lines).toContain(
      '<text x="206.0" y="364" text-anchor="middle">predicted probability</text>',
    );
    expect(lines).toContain('<text x="56" y="16">share that had blocked</text>');
  });

  test('joins the bins at what was predicted and observed', () => {
    expect(lines).toContain(
      '<polyline points="131.0,294.0 281.0,54.0" fill="none" stroke="#000"/>',
    );
  });

  test('draws each bin by the area of its people, the number above, or below near the upper edge', () => {
    const circles = lines.filter((line) => line.startsWith('<circle'));
    expect(circles).toEqual([
      '<circle cx="131.0" cy="294.0" r="12.0" fill="#fff" stroke="#000" stroke-width="2"/>',
      // A quarter of the people: half of the nine units that are shared out.
      '<circle cx="281.0" cy="54.0" r="7.5" fill="#fff" stroke="#000" stroke-width="2"/>',
    ]);
    expect(lines).toContain('<text x="131.0" y="277.0" text-anchor="middle">100</text>');
    expect(lines).toContain('<text x="281.0" y="76.5" text-anchor="middle">25</text>');
    expect(lines).not.toContain(expect.stringContaining('too few'));
  });

  test('keeps the number above a bin at 85 percent', () => {
    const svg = reliabilitySvg('v1', { ...metrics, bins: [bin(0.7, 25, 0.85)] });
    expect(svg).toContain('<text x="281.0" y="52.0" text-anchor="middle">25</text>');
  });
});

describe('read aloud', () => {
  const described = (svg: string) => /<desc id="desc">(.*)<\/desc>/.exec(svg)?.[1];

  test('each bin is a sentence', () => {
    expect(described(lines.join('\n'))).toBe(
      'On the dashed line, predicted and observed frequencies agree. ' +
        'Between 20 % and 30 %: 100 people, 25 % predicted, 10 % had blocked. ' +
        'Between 70 % and 80 %: 25 people, 75 % predicted, 90 % had blocked.',
    );
  });

  test('without bins it says why nothing is drawn, and draws no line', () => {
    const svg = reliabilitySvg('v1', { ...metrics, bins: [] });
    expect(described(svg)).toBe('Too few people reported an outcome: there is nothing to draw.');
    expect(svg).toContain(
      '<text x="206.0" y="174.0" text-anchor="middle">too few people to tell</text>',
    );
    expect(svg).not.toContain('<polyline');
    expect(svg).not.toContain('<circle');
  });

  test('every angle and ampersand of a name is escaped', () => {
    const svg = reliabilitySvg('<<a>> && b', metrics);
    expect(svg).toContain('Reliability of model &lt;&lt;a&gt;&gt; &amp;&amp; b<');
  });
});
