import type { BenchCase, BenchResult } from '../bench.ts';
import { median } from '../bench.ts';
import { importPeople, inReadModel, signalLines, upload } from '../import-lines.ts';
import { usedBetween, WholePlatform } from '../whole-platform.ts';

const PEOPLE = 2_000;
const EACH = 10;
const DAYS = 5;

const behind =
  'SELECT -count(*) AS n FROM scoring.block_likelihoods WHERE ages AND as_of_day < current_date';

/** A day passes: every row is of yesterday, and all processes together bring them to today. */
const ageing = async (whole: WholePlatform): Promise<BenchResult[]> => {
  const people = await importPeople(whole.api, PEOPLE);
  await upload(whole.api, 'signals', signalLines({ people, each: EACH, order: 'by time' }));
  await inReadModel(whole.sql, PEOPLE * EACH);
  const costs: number[] = [];
  for (let day = 0; day <= DAYS; day += 1) {
    await whole.settled();
    const before = whole.cpu();
    const { rowCount } = await whole.sql.query(
      'UPDATE scoring.block_likelihoods SET as_of_day = current_date - 1 WHERE ages',
    );
    await whole.until(behind, 0);
    await whole.settled();
    // The first is warming up.
    if (day > 0) costs.push(usedBetween(before, whole.cpu()).total / (rowCount ?? 1));
  }
  const against = `${PEOPLE} contacts, all processes`;
  const name = 'a day of ageing: processor time a contact';
  return [{ name, against, unit: 'ms', ours: median(costs), atMost: 0.3 }];
};

export const cases: readonly BenchCase[] = [
  {
    name: 'platform-ageing',
    run: () => {
      process.env['SCORING_AGEING_SECONDS'] = '1';
      return WholePlatform.with(ageing);
    },
  },
];
