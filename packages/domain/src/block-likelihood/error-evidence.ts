/** What one error code may do to the belief. None of them means "blocked". */
export type Evidence =
  | 'neutral'
  | 'other_cause'
  | 'opt_out'
  | 'risk_factor'
  | 'sender_aggregate'
  | 'against_block';

/** Codes of failed messages. Source: the error evidence table of the fixtures, read in Meta's error code pages. */
export const messageErrors = {
  131026: { evidence: 'other_cause', cause: 'not_reachable_on_whatsapp' },
  131047: { evidence: 'neutral', cause: 'our_own_window' },
  131049: { evidence: 'neutral', cause: 'meta_marketing_cap' },
  131050: { evidence: 'opt_out', cause: 'marketing_opt_out' },
  130472: { evidence: 'neutral', cause: 'meta_experiment' },
  131053: { evidence: 'neutral', cause: 'our_own_content' },
  131051: { evidence: 'neutral', cause: 'our_own_content' },
  131048: { evidence: 'sender_aggregate', cause: 'many_users_blocked_us' },
  131056: { evidence: 'risk_factor', cause: 'we_send_too_much' },
  130429: { evidence: 'neutral', cause: 'throughput' },
  131042: { evidence: 'neutral', cause: 'sender_account' },
  131031: { evidence: 'neutral', cause: 'sender_account' },
  368: { evidence: 'neutral', cause: 'sender_account' },
  130497: { evidence: 'neutral', cause: 'sender_account' },
  131000: { evidence: 'neutral', cause: 'platform' },
  131016: { evidence: 'neutral', cause: 'platform' },
  131021: { evidence: 'neutral', cause: 'our_own_content' },
  131008: { evidence: 'neutral', cause: 'our_own_content' },
  132015: { evidence: 'sender_aggregate', cause: 'template_quality' },
} as const satisfies Record<number, { evidence: Evidence; cause: string }>;

const evidenceByCode = new Map<number, Evidence>(
  Object.entries(messageErrors).map(([code, { evidence }]) => [Number(code), evidence]),
);

/** A code nobody has judged yet is neutral: the message did not go, and that says nothing of the person. */
export const evidenceOf = (code: number | undefined): Evidence =>
  (code === undefined ? undefined : evidenceByCode.get(code)) ?? 'neutral';
