import type { ModelCard, ModelList } from '@tact/contracts';
import { assumedPriors } from '@tact/domain';
import type { ModelRow } from './model-registry.ts';

/** What every model of this house must not be used for, learned or assumed. */
const limits = [
  'WhatsApp never says "blocked": no probability here is a certainty, and none may decide alone on a person.',
  'People who report a block are taken for a fair sample of those who blocked; if they are not, every measure is off.',
  'Facts of objecting and erased people are in no fit; the rates of those who remain may differ from theirs.',
  'One business, one window of time: another business, country or season may be otherwise.',
];
const assumedLimit =
  'Nothing of it was measured: its numbers are assumptions, each with its source.';

const isAssumed = ({ version }: ModelRow): boolean => version === assumedPriors.version;

/** A model in a list. */
export const summaryOf = (row: ModelRow): ModelList['items'][number] => {
  const { version, state, fittedAt, promotedAt, failure } = row;
  return {
    version,
    state,
    source: isAssumed(row) ? 'assumed' : 'learned',
    ...(fittedAt === null ? {} : { fittedAt: fittedAt.toISOString() }),
    ...(promotedAt === null ? {} : { promotedAt: promotedAt.toISOString() }),
    ...(failure === null ? {} : { failure }),
  };
};

export const cardOf = (row: ModelRow): ModelCard => ({
  ...summaryOf(row),
  ...(row.report === null ? {} : { report: row.report }),
  limits: isAssumed(row) ? [assumedLimit, ...limits] : limits,
});
