import { z } from 'zod';

const local = "(?!\\.)(?!.*\\.\\.)[A-Za-z0-9_'+\\-.]{0,63}[A-Za-z0-9_+\\-]";
const label = '[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?';

/**
 * An address that mail can be sent to: at most 64 characters before the @, labels of at most 63 and 254 in all
 * (RFC 5321 4.5.3.1, RFC 1035 2.3.4). zod's own form has none of these bounds.
 */
export const emailAddress = (said?: string) =>
  z
    .email({
      pattern: new RegExp(`^${local}@(?:${label}\\.)+[A-Za-z]{2,63}$`),
      ...(said === undefined ? {} : { error: said }),
    })
    .max(254);
