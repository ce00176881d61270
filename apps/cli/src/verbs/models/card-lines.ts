import type { HeldOutMetrics, ModelCard } from '@tact/contracts';
import { tableOf } from '../../terminal/table.ts';

const short = (value: number | undefined): string =>
  value === undefined ? '-' : String(Number(value.toPrecision(3)));

const measures = (name: string, metrics: HeldOutMetrics): string[] => [
  name,
  String(metrics.examples),
  String(metrics.saidBlocked),
  String(metrics.notBlocked),
  ...[metrics.auc, metrics.logLoss, metrics.brier, metrics.ece].map(short),
];

/** Two models on the same held-out people, one line each. */
export const comparisonLines = (
  rows: readonly (readonly [name: string, metrics: HeldOutMetrics])[],
): string[] =>
  tableOf(
    ['held out', 'people', 'reported blocked', 'not blocked', 'AUC', 'log loss', 'Brier', 'ECE'],
    rows.map(([name, metrics]) => measures(name, metrics)),
  );

/** A card for a person to read before deciding. */
export const cardLines = (card: ModelCard): string[] => {
  const { report, failure } = card;
  const lines = [`${card.version}  ${card.state}, ${card.source}`];
  if (failure !== undefined) lines.push(`  ${failure}`);
  if (report) {
    const { window, rates, calibration, heldOut, liveHeldOut, liveVersion } = report;
    lines.push(
      `  ${window.contacts} contacts taught it, before ${window.splitAt}; judged until ${window.until}`,
      `  one block in ${short(1 / report.labelFrequency)} is reported; calibration: ${calibration.method}, ${calibration.because}`,
      '',
      ...tableOf(
        ['rate', 'assumed', 'learned', 'observations'],
        rates.map((rate) => [
          rate.name,
          short(rate.assumed),
          short(rate.learned),
          short(rate.observations),
        ]),
      ),
      '',
      ...comparisonLines([
        [card.version, heldOut],
        [`${liveVersion} (live then)`, liveHeldOut],
      ]),
      '',
    );
  }
  return [...lines, ...card.limits.map((limit) => `  ! ${limit}`)];
};
