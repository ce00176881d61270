/**
 * The runtime knows more names than it lists: Asia/Kolkata and Europe/Kyiv are missing from its list. Names
 * of fixed offsets are no zones of people, who change their clocks.
 */
export const isZone = (name: string): boolean => {
  if (!/^(?!Etc\/)[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z0-9_+-]+)+$/.test(name)) return name === 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // RangeError is how Intl answers no.
    return false;
  }
};
