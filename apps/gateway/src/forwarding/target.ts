import { bodyBytesMaxOf, publicRouteOf, type PublicRoute } from '@tact/contracts';
import { RefusedRequest, doubtful } from '../refusals/refused-request.ts';

/** Where a request goes, read once from its first line. */
export type Target = {
  readonly path: string;
  readonly route: PublicRoute | undefined;
  /** Largest body in bytes; undefined: it is passed on as it comes. */
  readonly bytesMax: number | undefined;
};

const PATH_LENGTH_MAX = 1_024;
const TARGET_LENGTH_MAX = 8_192;

/** RFC 3986: segments of `pchar`, none empty (but a last one) and none of one or two dots. */
const normalPath = /^\/(?:(?!\.{1,2}(?:\/|$))(?:[\w\-.~!$&'()*+,=:@]|%[0-9A-Fa-f]{2})+(?:\/|$))*$/;
/** Spelled out or encoded, these would read differently here and in a service: letters, `.`, `/`, `\`, `%`, controls. */
const ambiguous = /%(?:[01][0-9a-f]|2[5def]|3[0-9]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef])/i;
const query = /^[\x21-\x7e]*$/;

const isUtf8 = (path: string): boolean => {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

const isNormalPath = (path: string): boolean =>
  normalPath.test(path) && (!path.includes('%') || (!ambiguous.test(path) && isUtf8(path)));

const isNormalQuery = (text: string): boolean => query.test(text) && !text.includes('#');

/**
 * One spelling for one path. The gateway and a service must never read two paths in one line, so whatever has a
 * second reading (an address in full, empty or dot segments, needless encodings) is refused, not repaired.
 */
export const targetOf = (url: string): Target => {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  if (path.length > PATH_LENGTH_MAX || url.length > TARGET_LENGTH_MAX) {
    throw new RefusedRequest('malformed-request', 'target-too-long', {
      status: 414,
      detail: 'The address is too long.',
    });
  }
  if (!isNormalPath(path) || (mark >= 0 && !isNormalQuery(url.slice(mark)))) {
    throw doubtful(
      'target-not-normal',
      'Give the path alone, in its plain spelling: no dot or empty segments, nothing encoded that need not be.',
    );
  }
  return { path, route: publicRouteOf(path), bytesMax: bodyBytesMaxOf(path) };
};
