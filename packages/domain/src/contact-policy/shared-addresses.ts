import type { Channel } from '@tact/contracts';

/**
 * The kind of address a channel goes to where several people may have it: what one of them refuses on the channel, all who
 * have the address refuse. A number is one person's alone.
 */
export const sharedAddresses: Readonly<Record<Channel, 'email' | undefined>> = {
  whatsapp: undefined,
  email: 'email',
  phone: undefined,
  post: undefined,
  social: undefined,
};
