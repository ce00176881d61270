import { BlockLikelihood, BlockLikelihoodPage, type Causes } from '@tact/contracts';
import { eachOf } from '../../terminal/progress.ts';
import { tableOf, wrapped } from '../../terminal/table.ts';
import type { TactClient } from '@tact/client';
import type { Truth } from '../../simulator/people.ts';
import { SPEAKS_MIN } from './overview.ts';
import { blockedEarlier, blocksNow, truthOf } from './truth.ts';
import { texts, type Language } from './texts.ts';

const WIDTH = 100;
const indent = '      ';
const PAGE = 200;

const worklist = async (api: TactClient): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await api.get(`/v1/block-likelihoods?limit=${PAGE}${from}`, BlockLikelihoodPage);
    ids.push(...page.items.map(({ contactId }) => contactId));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return ids;
};

/** Everybody of the simulation whom the platform has assessed, most suspicious first, each with its explanation. */
export const likelihoodsOf = async (api: TactClient, truth: Truth): Promise<BlockLikelihood[]> => {
  const ids = (await worklist(api)).filter((id) => truth.has(id));
  const found = new Map<string, BlockLikelihood>();
  await eachOf(ids, 8, async (id) => {
    found.set(id, await api.get(`/v1/contacts/${id}/block-likelihood`, BlockLikelihood));
  });
  return ids.flatMap((id) => found.get(id) ?? []);
};

/** A number and its sign stay on one line. */
const glued = (text: string): string => text.replaceAll(' ', '\u00A0');

type Other = Exclude<keyof Causes, 'blocked'>;

/** The most probable of the explanations that are no block. */
const runnerUpOf = ({ causes }: BlockLikelihood): readonly [cause: Other, probability: number] => {
  const { blocked: _, ...others } = causes;
  const byProbability = (Object.entries(others) as [Other, number][]).toSorted(
    ([, a], [, b]) => b - a,
  );
  return byProbability[0] ?? ['reachable', 0];
};

/** What speaks for a block, strongest first, then the runner-up among the causes, then what the rule makes of it. */
const reasonsOf = (suspect: BlockLikelihood, language: Language): string[] => {
  const say = texts[language];
  const against = suspect.families
    .filter(({ contribution }) => contribution > SPEAKS_MIN)
    .toSorted((a, b) => b.contribution - a.contribution);
  const [cause, probability] = runnerUpOf(suspect);
  return [
    ...against.flatMap(({ contribution, sentence }) =>
      wrapped(`+${say.decimal(contribution)} ${sentence[language]}`, WIDTH, indent),
    ),
    ...wrapped(
      say.otherwise(say.explanations[cause], glued(say.percent(probability))),
      WIDTH,
      indent,
    ),
    ...wrapped(suspect.rule.sentence[language], WIDTH, indent),
  ];
};

/** The table of the demo: contact ids only, never who they stand for. */
export const suspectLines = (
  suspects: readonly BlockLikelihood[],
  truth: Truth,
  language: Language,
): string[] => {
  const say = texts[language];
  const rows = suspects.map((suspect, index) => [
    String(index + 1),
    suspect.contactId,
    say.percent(suspect.probability),
    say.bands[suspect.band],
    truthOf(truth.get(suspect.contactId), language),
  ]);
  const [head = '', ...table] = tableOf(say.columns, rows);
  const shown = suspects.map(({ contactId }) => truth.get(contactId));
  return [
    '',
    say.title(suspects.length),
    ...wrapped(say.simulated, WIDTH, ''),
    ...wrapped(say.legend, WIDTH, ''),
    '',
    head,
    ...table.flatMap((row, index) => {
      const suspect = suspects[index];
      return suspect === undefined ? [row] : [row, ...reasonsOf(suspect, language), ''];
    }),
    ...wrapped(
      say.score({
        right: shown.filter(blocksNow).length,
        earlier: shown.filter(blockedEarlier).length,
        shown: suspects.length,
        blocked: [...truth.values()].filter(blocksNow).length,
        people: truth.size,
      }),
      WIDTH,
      '',
    ),
  ];
};
