/**
 * Java reads file names in the locale's encoding, and in the C locale knows no letter beyond ASCII: a home folder with
 * an accent would not be found. Everything else of the locale stays as it is.
 */
export const javaEnvironment = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C';
  return /utf-?8/i.test(locale) ? env : { ...env, LC_ALL: 'C.UTF-8' };
};
