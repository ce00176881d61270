import { type Act, follows, type NoAct, observed } from './act.ts';
import type { EventType } from './registry.ts';
import { requestActs } from './request-acts.ts';

const decided: NoAct = {
  why: 'The decision is a record of its own, with what it went by; its envelope names who asked.',
};

type Acts = { readonly [Type in EventType]: Act<Type> | NoAct };

/** Which types are acts. A new type does not compile until it says so. */
export const acts: Acts = {
  ContactRegistered: {
    words: { fr: 'Contact enregistré', en: 'Contact registered' },
    concerns: ['contactId'],
    changes: { saidIn: ['identities', 'timeZone', 'language', 'attributes'] },
    isIntake: true,
  },
  ContactUpdated: {
    words: { fr: 'Contact mis à jour', en: 'Contact updated' },
    concerns: ['contactId'],
    changes: { saidIn: ['identities', 'timeZone', 'language', 'attributes'] },
    isIntake: true,
  },
  ContactLinked: follows,
  ConsentDeclared: {
    words: { fr: 'Consentement déclaré', en: 'Consent declared' },
    concerns: ['contactId'],
    about: 'purpose',
    isIntake: true,
  },
  WithdrawalDeclared: {
    words: { fr: 'Retrait de consentement déclaré', en: 'Withdrawal of consent declared' },
    concerns: ['contactId'],
    about: 'purpose',
  },
  // What programs observe and imports report comes by millions; by hand it speaks for or against a person.
  SignalRecorded: {
    words: { fr: 'Observation consignée à la main', en: 'Observation recorded by hand' },
    concerns: ['contactId'],
    about: 'kind',
    isIntake: true,
  },
  MessageCounted: observed,
  ObjectionHeard: {
    words: { fr: 'Opposition consignée', en: 'Objection noted' },
    concerns: ['contactId'],
  },
  RefusalReceived: {
    words: { fr: 'Refus consigné', en: 'Refusal noted' },
    concerns: ['contactId'],
  },
  ResumptionReceived: {
    words: { fr: 'Levée d’un refus consignée', en: 'End of a refusal noted' },
    concerns: ['contactId'],
  },
  SenderSignalRecorded: observed,
  IncidentOpened: {
    words: { fr: 'Incident ouvert à la main', en: 'Incident opened by hand' },
    concerns: [],
    about: 'incidentId',
  },
  IncidentClosed: {
    words: { fr: 'Incident clos à la main', en: 'Incident closed by hand' },
    concerns: [],
    about: 'incidentId',
  },
  BlockLikelihoodChanged: follows,
  OutcomeRecorded: {
    words: { fr: 'Issue constatée consignée', en: 'Outcome recorded' },
    concerns: ['contactId'],
    about: 'kind',
  },
  ModelPromoted: {
    words: { fr: 'Modèle mis en service', en: 'Model promoted' },
    concerns: [],
    about: 'version',
    reason: 'reason',
  },
  ConsentGiven: {
    words: { fr: 'Consentement enregistré', en: 'Consent recorded' },
    concerns: ['contactId'],
    about: 'purpose',
  },
  ConsentWithdrawn: {
    words: { fr: 'Retrait de consentement enregistré', en: 'Withdrawal of consent recorded' },
    concerns: ['contactId'],
    about: 'purpose',
  },
  ContactTimeZoneSet: follows,
  OutboundMessageCounted: observed,
  OutboundMessageDiscounted: observed,
  ContactAllowed: decided,
  ContactDenied: decided,
  ContactSuppressed: {
    words: { fr: 'Contact mis en opposition', en: 'Contact suppressed' },
    concerns: ['contactId'],
    about: 'ground',
  },
  SuppressionLifted: {
    words: { fr: 'Opposition levée', en: 'Suppression lifted' },
    concerns: ['contactId'],
    about: 'ground',
  },
  PolicyTakenOver: follows,
  PreferencesSet: {
    words: { fr: 'Préférences enregistrées', en: 'Preferences set' },
    concerns: ['contactId'],
    about: 'by',
    // Each of these events says the whole: named is what stands, not what is new.
    changes: { saidIn: ['channels', 'purposes', 'quietHours', 'perDayMax', 'language'] },
  },
  NoticePublished: {
    words: { fr: 'Notice d’information publiée', en: 'Notice published' },
    concerns: [],
    about: 'noticeId',
  },
  ConfirmationAsked: {
    words: {
      fr: 'Confirmation d’un consentement demandée par courriel',
      en: 'Asked by mail to confirm a consent',
    },
    concerns: ['contactId'],
    about: 'purpose',
  },
  ContactMergeProposed: {
    words: { fr: 'Fusion de contacts proposée', en: 'Merge of contacts proposed' },
    concerns: ['contactId', 'otherContactId'],
    about: 'mergeId',
    reason: 'justification',
  },
  ContactsMerged: {
    words: { fr: 'Fusion de contacts approuvée', en: 'Merge of contacts approved' },
    concerns: ['contactId', 'otherContactId'],
    about: 'mergeId',
  },
  ContactSplitProposed: {
    words: { fr: 'Séparation de contacts proposée', en: 'Split of contacts proposed' },
    concerns: ['contactId', 'otherContactId'],
    about: 'splitId',
    reason: 'justification',
  },
  ContactsSplit: {
    words: { fr: 'Séparation de contacts approuvée', en: 'Split of contacts approved' },
    concerns: ['contactId', 'otherContactId'],
    about: 'splitId',
  },
  SubjectFenced: {
    words: { fr: 'Effacement engagé', en: 'Erasure begun' },
    concerns: ['contactId'],
  },
  ...requestActs,
  ApiKeyCreated: {
    words: { fr: 'Clé d’API créée', en: 'API key created' },
    concerns: [],
    about: 'keyId',
    changes: { now: 'scopes' },
  },
  ApiKeyRotated: {
    words: { fr: 'Clé d’API renouvelée', en: 'API key rotated' },
    concerns: [],
    about: 'keyId',
  },
  ApiKeyRevoked: {
    words: { fr: 'Clé d’API révoquée', en: 'API key revoked' },
    concerns: [],
    about: 'keyId',
  },
  StaffAdded: {
    words: { fr: 'Collaborateur ajouté', en: 'Member of staff added' },
    concerns: ['staffId'],
    changes: { now: 'roles' },
    by: 'by',
  },
  StaffRolesChanged: {
    words: { fr: 'Rôles d’un collaborateur modifiés', en: 'Roles of a member of staff changed' },
    concerns: ['staffId'],
    changes: { before: 'previousRoles', now: 'roles' },
    by: 'by',
  },
  StaffRolesProposed: {
    words: { fr: 'Rôles proposés', en: 'Roles proposed' },
    concerns: ['staffId'],
    changes: { before: 'previousRoles', now: 'roles' },
    by: 'by',
  },
  StaffLinked: {
    words: {
      fr: 'Collaborateur rattaché à un compte du fournisseur d’identité',
      en: 'Member of staff linked to an account at the provider of identities',
    },
    concerns: ['staffId'],
    by: 'by',
  },
  StaffDismissed: {
    words: { fr: 'Accès d’un collaborateur retiré', en: 'Member of staff dismissed' },
    concerns: ['staffId'],
    by: 'by',
  },
  StaffErased: {
    words: { fr: 'Ancien collaborateur effacé', en: 'Former member of staff erased' },
    concerns: ['staffId'],
    by: 'by',
  },
  ActionProposed: {
    words: {
      fr: 'Opération proposée à une seconde personne',
      en: 'Operation proposed to a second person',
    },
    concerns: [],
    about: 'about',
  },
  ActionApproved: {
    words: { fr: 'Opération approuvée', en: 'Operation approved' },
    concerns: [],
    about: 'about',
  },
  ActionDeclined: {
    words: { fr: 'Opération rejetée', en: 'Operation declined' },
    concerns: [],
    about: 'about',
  },
  LoginLinkMade: {
    words: { fr: 'Lien de connexion créé', en: 'Login link made' },
    concerns: ['staffId'],
    by: 'by',
  },
  SessionOpened: {
    words: { fr: 'Session ouverte', en: 'Session opened' },
    concerns: ['staffId'],
    about: 'sessionId',
    by: 'by',
  },
  SessionEnded: {
    words: { fr: 'Session fermée', en: 'Session ended' },
    concerns: ['staffId'],
    about: 'sessionId',
    by: 'by',
  },
  TenantCreated: {
    words: { fr: 'Tenant créé', en: 'Tenant created' },
    concerns: [],
  },
  TenantSettingsChanged: {
    words: { fr: 'Paramètres du tenant modifiés', en: 'Settings of the tenant changed' },
    concerns: [],
    changes: { listedIn: 'changed' },
  },
  AlertRaised: follows,
  AlertResolved: follows,
  IdentityConflictSettled: {
    words: { fr: 'Conflit d’identités tranché', en: 'Identity conflict settled' },
    concerns: ['contactId'],
    about: 'conflictId',
    reason: 'justification',
  },
  IdentityConflictSettlementProposed: {
    words: {
      fr: 'Attribution d’identités proposée',
      en: 'Settlement of an identity conflict proposed',
    },
    concerns: ['contactId'],
    about: 'conflictId',
    reason: 'justification',
  },
  ContactViewed: {
    words: { fr: 'Fiche de contact consultée', en: 'Contact viewed' },
    concerns: ['contactId'],
  },
  ContactSearched: {
    words: { fr: 'Contact recherché', en: 'Contact searched for' },
    concerns: ['contactId'],
    about: 'identityKind',
  },
  ContactDisclosed: {
    words: { fr: 'Données d’un contact consultées', en: 'Data of a contact shown' },
    concerns: ['contactId'],
    about: 'part',
  },
  ListDisclosed: {
    words: { fr: 'Liste consultée', en: 'List looked at' },
    concerns: [],
    about: 'list',
    shown: 'shown',
  },
  ActPerformed: {
    words: { fr: 'Opération effectuée', en: 'Operation performed' },
    concerns: [],
    about: 'about',
    changes: { listedIn: 'changed' },
  },
  ActRecorded: { why: 'It is how acts are told.' },
};
