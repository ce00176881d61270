import type { Judgement, Scores } from './evaluation.ts';

const pair = ({ auc, logLoss }: Scores): string => `${auc.toFixed(3)} ${logLoss.toFixed(3)}`;

/** One line a world: who judges, with AUC and log loss, so that one sees what the structure buys. */
export const printEvaluation = (judgements: readonly Judgement[]): void => {
  const names = judgements[0]?.baselines.map(({ name }) => name) ?? [];
  const head = ['world', 'suspects', 'blocked', 'exact', 'filter', 'Brier', 'ECE'];
  const lines = judgements.map((one) => [
    one.world,
    `${one.suspects} (${(one.suspectShare * 100).toFixed(0)} %)`,
    `${(one.blockedShare * 100).toFixed(0)} %`,
    pair(one.exact),
    pair(one.filter),
    one.filter.brier.toFixed(3),
    one.filter.ece.toFixed(3),
    `${one.probable.precision.toFixed(3)} of ${one.probable.count}`,
    ...one.baselines.map(({ scores }) => pair(scores)),
  ]);
  const rows = [[...head, 'probable', ...names], ...lines];
  const widths = rows[0]!.map((_, nth) => Math.max(...rows.map((row) => row[nth]!.length)));
  console.log('\nAUC and log loss of each judge over suspects:');
  for (const row of rows)
    console.log(
      row
        .map((cell, nth) => cell.padEnd(widths[nth]!))
        .join('  ')
        .trimEnd(),
    );
  console.log('');
};
