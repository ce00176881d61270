/** Of countries with several zones that of the capital, where most who work there live by it. */
const zonesOfCapitals: Readonly<Record<string, string>> = {
  AR: 'America/Argentina/Buenos_Aires',
  AU: 'Australia/Sydney',
  BR: 'America/Sao_Paulo',
  CA: 'America/Toronto',
  CD: 'Africa/Kinshasa',
  CL: 'America/Santiago',
  CN: 'Asia/Shanghai',
  CY: 'Asia/Nicosia',
  DE: 'Europe/Berlin',
  EC: 'America/Guayaquil',
  ES: 'Europe/Madrid',
  ID: 'Asia/Jakarta',
  KZ: 'Asia/Almaty',
  MN: 'Asia/Ulaanbaatar',
  MX: 'America/Mexico_City',
  MY: 'Asia/Kuala_Lumpur',
  NZ: 'Pacific/Auckland',
  PF: 'Pacific/Tahiti',
  PT: 'Europe/Lisbon',
  RU: 'Europe/Moscow',
  UA: 'Europe/Kyiv',
  US: 'America/New_York',
  UZ: 'Asia/Tashkent',
};

declare global {
  namespace Intl {
    /** ECMA-402; the library of the compiler does not know it yet. */
    interface Locale {
      getTimeZones(): readonly string[] | undefined;
    }
  }
}

/** The zone of a country where nobody says one; undefined where it would be a guess. */
export const zoneOfCountry = (country: string): string | undefined => {
  const [only, another] = new Intl.Locale(`und-${country}`).getTimeZones() ?? [];
  return zonesOfCapitals[country] ?? (another === undefined ? only : undefined);
};
