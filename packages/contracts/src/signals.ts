import { z } from 'zod';

export const signalFamilies = [
  'delivery',
  'inbound',
  'call',
  'photo',
  'presence',
  'group',
  'context',
] as const;
export type SignalFamily = (typeof signalFamilies)[number];

/** Every kind of contact signal, and the family it belongs to: one family never concludes alone. */
export const signalKindFamilies = {
  'message-sent': 'delivery',
  'message-delivered': 'delivery',
  'message-read': 'delivery',
  'message-played': 'delivery',
  'message-failed': 'delivery',
  'message-dropped': 'delivery',
  'inbound-message': 'inbound',
  'call-rang': 'call',
  'call-answered': 'call',
  'call-rejected': 'call',
  'call-not-ringing': 'call',
  'photo-seen': 'photo',
  'photo-missing': 'photo',
  'presence-seen': 'presence',
  'presence-missing': 'presence',
  'group-receipt': 'group',
  'group-receipt-missing': 'group',
  'group-add-accepted': 'group',
  'group-add-refused': 'group',
  'complaint-recorded': 'context',
  'promotion-sent': 'context',
  'marketing-opt-out': 'context',
  'marketing-opt-in': 'context',
  'number-changed': 'context',
} as const satisfies Record<string, SignalFamily>;

export type SignalKind = keyof typeof signalKindFamilies;
export const SignalKind = z.enum(Object.keys(signalKindFamilies) as [SignalKind, ...SignalKind[]]);

/** What is said about the sender as a whole, never about one contact. */
export const SenderSignalKind = z.enum([
  'phone-quality-changed',
  'phone-number-changed',
  'template-quality-changed',
  'template-status-changed',
  'template-category-changed',
  'account-changed',
  'account-alert',
  'capability-changed',
  'account-error',
  'error-code-flood',
  'error-code-unknown',
]);
export type SenderSignalKind = z.infer<typeof SenderSignalKind>;

export const messageKinds = [
  'message-sent',
  'message-delivered',
  'message-read',
  'message-played',
  'message-failed',
  'message-dropped',
] as const satisfies readonly SignalKind[];
