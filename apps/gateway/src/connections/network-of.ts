import { isIPv6 } from 'node:net';

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));

/** What limits count by: an address, of IPv6 the network of 64 bits, which is what one customer is given. */
export const networkOf = (address: string): string => {
  const [plain = ''] = address.split('%');
  const inIPv4 = mapped.exec(plain)?.[1];
  if (inIPv4 !== undefined) return inIPv4;
  if (!isIPv6(plain)) return address;
  const [front = '', back = ''] = plain.split('::');
  const [first, last] = [groupsOf(front), groupsOf(back)];
  const between = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  const network = [...first, ...between, ...last].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
};
