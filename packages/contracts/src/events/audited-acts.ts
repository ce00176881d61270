import { StaffId } from '../ids.ts';
import type { Changes, NoAct, Words } from './act.ts';
import { acts } from './acts.ts';
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
  'mail-settled': { fr: 'Sort d’un courriel incertain tranché', en: 'Uncertain mail settled' },
  'clock-moved': { fr: 'Horloge avancée', en: 'Clock moved on' },
  'backup-taken': { fr: 'Sauvegarde effectuée', en: 'Backup taken' },
  'backup-restored': { fr: 'Sauvegarde restaurée', en: 'Backup restored' },
  'key-loss-accepted': {
    fr: 'Perte d’une clé de chiffrement acceptée',
    en: 'Loss of an encryption key accepted',
  },
  'first-key-made': { fr: 'Première clé d’API créée', en: 'First API key made' },
  'first-key-revoked': { fr: 'Première clé d’API révoquée', en: 'First API key revoked' },
  'other-tenant-created': { fr: 'Autre tenant créé', en: 'Other tenant created' },
  'other-tenant-changed': {
    fr: 'Paramètres d’un autre tenant modifiés',
    en: 'Settings of another tenant changed',
  },
  'other-tenant-key-drawn': {
    fr: 'Clé d’API d’un autre tenant créée',
    en: 'API key of another tenant drawn',
  },
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
  /** Names of what it changed, where the stored data says so. */
  readonly changed?: readonly string[];
  /** The fields whose names say what it changed: some may be sealed, so the caller opens them. */
  readonly saidIn?: readonly string[];
  /** How many were shown. */
  readonly shown?: number;
};

const textIn = (data: Readonly<Record<string, unknown>>, field: string | undefined) => {
  const value = field === undefined ? undefined : data[field];
  return typeof value === 'string' ? value : undefined;
};

type Data = Readonly<Record<string, unknown>>;

/** Names beyond them would be values. */
const NAMES_MAX = 60;

const textsIn = (data: Data, field: string | undefined): readonly string[] => {
  const value = field === undefined ? undefined : data[field];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
};

const changedIn = (
  data: Data,
  changes: Exclude<Changes<string>, { readonly saidIn: unknown }>,
): readonly string[] => {
  if ('listedIn' in changes) return textsIn(data, changes.listedIn);
  const before = textsIn(data, changes.before);
  const now = textsIn(data, changes.now);
  return [
    ...now.filter((one) => !before.includes(one)).map((one) => `+${one}`),
    ...before.filter((one) => !now.includes(one)).map((one) => `-${one}`),
  ];
};

/** Fields whose parts have names of our own; those of others are a business's, which could name anybody. */
const namedParts: ReadonlySet<string> = new Set(['identities']);

const isObject = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of those fields that opened data says, never what it says in them. */
export const namesSaid = (data: Data, fields: readonly string[]): readonly string[] =>
  fields.flatMap((field) => {
    const value = data[field];
    if (value === undefined) return [];
    if (!namedParts.has(field) || !isObject(value)) return [field];
    return Object.keys(value).map((part) => `${field}.${part}`);
  });

type AnyAct = {
  readonly concerns: readonly string[];
  readonly changes?: Changes<string>;
  readonly shown?: string;
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

/** What it changed, and how many it showed. */
const changesIn = (
  data: Data,
  { changes, shown: field = '' }: AnyAct,
): Pick<AuditedAct, 'changed' | 'saidIn' | 'shown'> => {
  const shown = data[field];
  const counted = typeof shown === 'number' ? { shown } : {};
  if (changes === undefined) return counted;
  if ('saidIn' in changes) return { ...counted, saidIn: changes.saidIn };
  const changed = changedIn(data, changes).slice(0, NAMES_MAX);
  return changed.length === 0 ? counted : { ...counted, changed };
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
    ...changesIn(data, act),
  };
};
