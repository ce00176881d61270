export {
  consentKey,
  contactPolicy,
  type ContactPolicyCommand,
  contactPolicyDecider,
  type ContactPolicyEvent,
  explainDecision,
} from './contact-policy/contact-policy.ts';
export type { ContactPolicyState, DecideContact } from './contact-policy/policy-state.ts';
export type { RuleResult } from './contact-policy/rules.ts';
export { dataRequest, type DataRequestEvent } from './data-request/data-request.ts';
export { type DueDates, dueDates } from './data-request/legal-calendar.ts';
