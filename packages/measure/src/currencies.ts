/**
 * ISO 4217 currencies in use, by the number of decimals of their smallest unit.
 *
 * Left out: withdrawn codes, and codes without a minor unit (gold and other metals, drawing rights, bond
 * units, XTS, XXX): nothing can be priced or paid in them.
 */
const codesByDecimals: readonly (readonly [decimals: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
     CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
     HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
     MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
     SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED
     VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const decimalsByCode: ReadonlyMap<string, number> = new Map(
  codesByDecimals.flatMap(([decimals, codes]) => codes.split(/\s+/).map((code) => [code, decimals] as const)),
);

/** Every currency that can be used, in alphabetical order. */
export const currencies: readonly string[] = [...decimalsByCode.keys()].sort();

/** Whether `code` is an ISO 4217 currency in use; capitals only. */
export function isCurrency(code: string): boolean {
  return decimalsByCode.has(code);
}

/**
 * Decimals of the currency's smallest unit: 2 for EUR, 0 for JPY, 3 for KWD.
 *
 * @throws RangeError for a code that `isCurrency` refuses: check input first.
 */
export function currencyExponent(code: string): number {
  const decimals = decimalsByCode.get(code);
  if (decimals === undefined) throw new RangeError(`Not an ISO 4217 currency in use: ${code}`);
  return decimals;
}
