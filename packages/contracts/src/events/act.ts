import type { EventDataOf, EventType } from './registry.ts';

/** For people. */
export type Words = { readonly fr: string; readonly en: string };

/** Where an event says what it changed: names, and no value but of roles and scopes. */
export type Changes<Field extends string> =
  /** A field that lists the names. */
  | { readonly listedIn: Field }
  /** Fields that list what was held before and what is held now; of what is new, only the second. */
  | { readonly before?: Field; readonly now: Field }
  /** The fields of which what is there was said anew; of an object the names in it. */
  | { readonly saidIn: readonly Field[] };

/** An event of this type is an act, and audited, if it says who did it. */
export type Act<Type extends EventType> = {
  readonly words: Words;
  /** The fields that hold whom it concerns, one entry of the audit for each; the tenant where there is none. */
  readonly concerns: readonly (keyof EventDataOf<Type> & string)[];
  /** The field that says which one of its kind it was; never a person's. */
  readonly about?: keyof EventDataOf<Type> & string;
  /** The field that says who did it, where the envelope does not: nobody was signed in yet. */
  readonly by?: keyof EventDataOf<Type> & string;
  /** The field that holds its reason. */
  readonly reason?: keyof EventDataOf<Type> & string;
  /** What it changed. */
  readonly changes?: Changes<keyof EventDataOf<Type> & string>;
  /** The field that says how many were shown. */
  readonly shown?: keyof EventDataOf<Type> & string;
  /** A program takes in thousands of them, and each event names its key: audited are those that a person did. */
  readonly isIntake?: true;
};

/** Why events of a type are not audited. */
export type NoAct = { readonly why: string };

export const observed: NoAct = {
  why: 'It was observed, or reported in bulk: the import as a whole is the act.',
};
export const follows: NoAct = { why: 'It follows from other events, and nobody does it.' };
