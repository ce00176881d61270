import type { Migration } from '@tact/platform';
import { dropJobsSchema, fullPagesSchema, messagesSchema } from './whatsapp/lifecycle/schema.ts';
import { growthAlertsMoved, growthAlertsSchema } from './alerts/schema.ts';
import {
  consentsSchema,
  gateKeysSchema,
  liftsForgotten,
  objectionsByHour,
  suppressionsSchema,
  unknownConsentsSchema,
} from './consent-gate/schema.ts';
import { doubtfulWishesSchema, errorCodesSchema, withoutEffectSchema } from './signals/schema.ts';
import { cohortSchema } from './cohort/schema.ts';
import { refsInBytesSchema } from './signals/message-ref-bytes.ts';
import { ledgerWordsSchema, ownLedgerWordsSchema } from './contact-views/schema.ts';
import { factsAheadSchema } from './signals/facts-ahead/schema.ts';
import {
  importFilesSchema,
  importJobsSchema,
  importSchema,
  importValuesSchema,
} from './imports/schema.ts';
import {
  identityConflictsSchema,
  joinedBeforeJobs,
  settlementProposals,
} from './contacts/conflicts/schema.ts';
import { contactLinksSchema, strangersSchema } from './wishes/schema.ts';

/** Append-only: a migration that was released is never edited. */
export const ingestionMigrations: readonly Migration[] = [
  { name: 'ConsentGateAndCounters1764000000000', up: consentsSchema + withoutEffectSchema },
  { name: 'SuppressionsAndFence1764100009000', up: suppressionsSchema },
  { name: 'Messages1764100010000', up: messagesSchema },
  { name: 'ErrorCodes1764100011000', up: errorCodesSchema },
  { name: 'CohortMonitor1764170000000', up: cohortSchema },
  { name: 'Imports1764000300000', up: importSchema },
  { name: 'GateKeysAsTheVaults1764400001000', up: gateKeysSchema },
  { name: 'FactsAhead1764418900000', up: factsAheadSchema },
  { name: 'GrowthAlerts1764419000000', up: growthAlertsSchema },
  { name: 'ImportsAsJobs1764420100000', up: importJobsSchema },
  { name: 'DroppedMessagesAsJobs1764420200000', up: dropJobsSchema },
  { name: 'GrowthAlertsMoved1764420300000', up: growthAlertsMoved },
  { name: 'DoubtfulWishes1764420400000', up: doubtfulWishesSchema },
  { name: 'WishesOfStrangers1764443100000', up: strangersSchema },
  { name: 'ImportFiles1764443200000', up: importFilesSchema },
  { name: 'LiftsForgotten1764449400000', up: liftsForgotten },
  { name: 'ObjectionsByHour1764453700000', up: objectionsByHour },
  { name: 'IdentityConflicts1764455100000', up: identityConflictsSchema },
  { name: 'ContactLinks1764455200000', up: contactLinksSchema },
  { name: 'ImportValues1764455300000', up: importValuesSchema },
  { name: 'JoinedBefore1764455400000', up: joinedBeforeJobs },
  { name: 'LedgerWords1764456000000', up: ledgerWordsSchema },
  { name: 'FullPages1764457200003', up: fullPagesSchema },
  { name: 'MessageRefsInBytes1764457200004', up: refsInBytesSchema },
  { name: 'UnknownConsents1764457300000', up: unknownConsentsSchema },
  { name: 'SettlementProposals1796200000101', up: settlementProposals },
  { name: 'OwnLedgerWords1796500000006', up: ownLedgerWordsSchema },
];
