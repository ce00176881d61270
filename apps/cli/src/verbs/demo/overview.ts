import { Band, type BlockLikelihood, signalFamilies } from '@tact/contracts';
import { tableOf, wrapped } from '../../terminal/table.ts';
import type { Truth } from '../../simulator/people.ts';
import { blocksNow, truthOf } from './truth.ts';
import { texts, type Language } from './texts.ts';

const WIDTH = 100;
const SAMPLES = 2;
/** Below this a family says nothing either way. */
export const SPEAKS_MIN = 0.05;

const bandTable = (
  all: readonly BlockLikelihood[],
  truth: Truth,
  language: Language,
): readonly string[] => {
  const say = texts[language];
  const rows = Band.options.map((band) => {
    const these = all.filter((one) => one.band === band);
    const blocked = these.filter(({ contactId }) => blocksNow(truth.get(contactId)));
    return [say.bands[band], String(these.length), String(blocked.length)];
  });
  return tableOf(say.bandsColumns, rows);
};

/** The surest of each band and the one in its middle, with the words of the rule. */
const samples = (
  all: readonly BlockLikelihood[],
  truth: Truth,
  language: Language,
): readonly string[] => {
  const say = texts[language];
  return Band.options.flatMap((band) => {
    const these = all.filter((one) => one.band === band);
    const [first, middle] = [these[0], these[Math.floor(these.length / 2)]];
    const chosen = [...new Set([first, middle])].filter((one) => one !== undefined);
    return chosen
      .slice(0, SAMPLES)
      .flatMap(({ contactId, probability, rule }) => [
        `  ${[say.bands[band], contactId, say.percent(probability), truthOf(truth.get(contactId), language)].join('  ')}`,
        ...wrapped(rule.sentence[language], WIDTH, '      '),
      ]);
  });
};

const familyTable = (all: readonly BlockLikelihood[], language: Language): readonly string[] => {
  const say = texts[language];
  const rows = signalFamilies.map((family) => {
    const contributions = all.flatMap(({ families }) =>
      families.filter((one) => one.family === family),
    );
    const speaking = contributions.filter(({ contribution }) => contribution > SPEAKS_MIN);
    return [say.families[family], String(contributions.length), String(speaking.length)];
  });
  return tableOf(say.familiesColumns, rows);
};

/** How everybody stands, band by band, with examples, and what each kind of sign had to say. */
export const overviewLines = (
  all: readonly BlockLikelihood[],
  truth: Truth,
  language: Language,
): string[] => {
  const say = texts[language];
  return [
    '',
    say.bandsTitle(all.length),
    '',
    ...bandTable(all, truth, language),
    '',
    say.samplesTitle,
    '',
    ...samples(all, truth, language),
    '',
    say.familiesTitle,
    '',
    ...familyTable(all, language),
  ];
};
