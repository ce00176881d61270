import { type Act, follows, type NoAct } from './act.ts';
import type { EventType } from './registry.ts';

type RequestType = Extract<
  EventType,
  `DataRequest${string}` | `ImmediateRight${string}` | 'ContactRestricted' | 'RestrictionLifted'
>;

/** Which events of data requests are acts. */
export const requestActs: { readonly [Type in RequestType]: Act<Type> | NoAct } = {
  DataRequestReceived: {
    words: { fr: 'Demande de droits ouverte', en: 'Data request opened' },
    concerns: ['requestId'],
    about: 'right',
  },
  DataRequestResolved: follows,
  DataRequestCodeSent: follows,
  DataRequestCodeMissed: follows,
  DataRequestProven: {
    words: { fr: 'Preuve d’identité acceptée', en: 'Proof of identity accepted' },
    concerns: ['requestId'],
  },
  DataRequestVerified: follows,
  DataRequestStarted: follows,
  DataRequestPaused: {
    words: { fr: 'Délai d’une demande suspendu', en: 'Clock of a data request paused' },
    concerns: ['requestId'],
    reason: 'justification',
  },
  DataRequestResumed: {
    words: { fr: 'Délai d’une demande repris', en: 'Clock of a data request resumed' },
    concerns: ['requestId'],
  },
  DataRequestExtended: {
    words: { fr: 'Délai d’une demande prolongé', en: 'Period of a data request extended' },
    concerns: ['requestId'],
    reason: 'justification',
  },
  DataRequestRefusalProposed: {
    words: { fr: 'Refus d’une demande proposé', en: 'Refusal of a data request proposed' },
    concerns: ['requestId'],
    about: 'ground',
    reason: 'evidence',
  },
  DataRequestRefused: {
    words: { fr: 'Demande de droits refusée', en: 'Data request refused' },
    concerns: ['requestId'],
    about: 'ground',
  },
  DataRequestCancelled: {
    words: { fr: 'Demande de droits annulée', en: 'Data request cancelled' },
    concerns: ['requestId'],
  },
  DataRequestCompleted: {
    words: { fr: 'Demande de droits satisfaite', en: 'Data request completed' },
    concerns: ['requestId'],
    reason: 'justification',
  },
  DataRequestLacking: {
    words: { fr: 'Demande de droits satisfaite en partie', en: 'Data request completed in part' },
    concerns: ['requestId'],
    reason: 'justification',
  },
  ImmediateRightExercised: follows,
  ImmediateRightHeeded: follows,
  ContactRestricted: {
    words: { fr: 'Traitement d’un contact limité', en: 'Contact restricted' },
    concerns: ['contactId'],
    reason: 'justification',
  },
  RestrictionLifted: {
    words: { fr: 'Limitation d’un contact levée', en: 'Restriction of a contact lifted' },
    concerns: ['contactId'],
    reason: 'justification',
  },
};
