import {
  type Alert,
  AlertKind,
  alertTexts,
  WithoutEffect,
  withoutEffectTexts,
} from '@tact/contracts';

export type AlertRow = {
  readonly alertId: string;
  readonly kind: string;
  /** Empty where there is one of its kind. */
  readonly about: string;
  readonly count: number;
  readonly since: Date;
  readonly until: Date | null;
};

/** What a matter says of itself, before it is stored or where it cannot be. */
export const alertOf = (
  kind: AlertKind,
  {
    about,
    count,
    since,
  }: { readonly about?: string; readonly count: number; readonly since: Date },
): Alert => {
  const { owner, what, todo, link } = alertTexts[kind];
  return {
    kind,
    owner,
    state: 'open',
    since: since.toISOString(),
    count,
    ...(about === undefined ? {} : { about }),
    what: what.en,
    todo: todo.en,
    ...(link === undefined ? {} : { link }),
  };
};

/** Undefined: a kind or a reason of a release before or after this one has no words here. */
export const alertView = (row: AlertRow): Alert | undefined => {
  const { alertId, about, count, since, until } = row;
  const kind = AlertKind.safeParse(row.kind).data;
  if (kind === undefined) return undefined;
  const alert: Alert = {
    ...alertOf(kind, { count, since, ...(about === '' ? {} : { about }) }),
    alertId,
    ...(until === null ? {} : { state: 'closed', until: until.toISOString() }),
  };
  if (kind !== 'without-effect-grows') return alert;
  const reason = WithoutEffect.safeParse(about).data;
  if (reason === undefined) return undefined;
  const { why, todo } = withoutEffectTexts[reason];
  return { ...alert, reason, what: why, todo };
};
