import { StaffId } from '../ids.ts';
import { acts, type NoAct, type Words } from './acts.ts';
import type { PerformedAct } from './audit.ts';

const performedActs: Readonly<Record<PerformedAct, Words>> = {
  'import-started': { fr: 'Import lancé', en: 'Import started' },
  'import-mapping-changed': {
    fr: 'Correspondance d’import modifiée',
    en: 'Import mapping changed',
  },
  'model-fitted': { fr: 'Modèle ajusté', en: 'Model fitted' },
  'records-redriven': { fr: 'Messages mis de côté repris', en: 'Parked records redriven' },
  'rebuild-started': {
    fr: 'Reconstruction d’un modèle de lecture lancée',
    en: 'Rebuild of a read model started',
  },
  'consumer-reset': { fr: 'Consommateur réinitialisé', en: 'Consumer reset' },
  'traces-looked-for': {
    fr: 'Recherche des traces d’une personne',
    en: 'Traces of a person looked for',
  },
  'canary-planted': { fr: 'Témoin de balayage posé', en: 'Canary of the sweep planted' },
  'canary-removed': { fr: 'Témoin de balayage retiré', en: 'Canary of the sweep removed' },
  'test-mail-sent': { fr: 'Courriel d’essai envoyé', en: 'Test mail sent' },
  'audit-exported': { fr: 'Journal d’audit exporté', en: 'Audit exported' },
  'data-request-exported': {
    fr: 'Dossier d’une demande exporté',
    en: 'File of a data request exported',
  },
};

/** `ContactsMerged` is called `contacts-merged`. */
const nameOf = (type: string): string =>
  type.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

const wordsByName: ReadonlyMap<string, Words> = new Map([
  ...Object.entries(acts).flatMap(([type, act]) =>
    'words' in act ? [[nameOf(type), act.words] as const] : [],
  ),
  ...Object.entries(performedActs),
]);

/** An act's name for people; the name itself where it is a later release's. */
export const actWords = (name: string): Words => wordsByName.get(name) ?? { fr: name, en: name };

/** What an event is to the audit: read from its stored data, where a reason may still be sealed. */
export type AuditedAct = {
  readonly name: string;
  readonly concerns: readonly string[];
  readonly about?: string;
  /** Who did it, as the data says. */
  readonly by?: string;
  /** The field of its reason, which the caller opens. */
  readonly reasonIn?: string;
};

const textIn = (data: Readonly<Record<string, unknown>>, field: string | undefined) => {
  const value = field === undefined ? undefined : data[field];
  return typeof value === 'string' ? value : undefined;
};

type AnyAct = {
  readonly concerns: readonly string[];
  readonly about?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly isIntake?: true;
};

const isPerson = (actor: string | undefined): boolean => StaffId.safeParse(actor).success;

const actsByType: ReadonlyMap<string, AnyAct | NoAct> = new Map<string, AnyAct | NoAct>(
  Object.entries(acts),
);

/** Whether an event may be an act: its type is one, and somebody did it, or its data says who. */
export const mayBeAct = (type: string, actor: string | undefined): boolean => {
  const act = actsByType.get(type);
  if (act === undefined || !('concerns' in act)) return false;
  if (act.isIntake) return isPerson(actor);
  return actor !== undefined || act.by !== undefined;
};

/** The act that an event is; undefined where its type is none, or one that this release does not know. */
export const auditedAct = (
  type: string,
  data: Readonly<Record<string, unknown>>,
): AuditedAct | undefined => {
  const act = actsByType.get(type);
  if (act === undefined || !('concerns' in act)) return undefined;
  const about = textIn(data, act.about);
  const by = textIn(data, act.by);
  return {
    name: type === 'ActPerformed' ? (textIn(data, 'act') ?? nameOf(type)) : nameOf(type),
    concerns: act.concerns.flatMap((field) => textIn(data, field) ?? []),
    ...(about === undefined ? {} : { about }),
    ...(by === undefined ? {} : { by }),
    ...(act.reason === undefined ? {} : { reasonIn: act.reason }),
  };
};
