/**
 * The numbers by which networks know SIMs and devices. Pure text rules; whether something exists is not asked here.
 */

/** The Luhn digit that makes `body` + digit valid (ISO/IEC 7812-1 annex B). `body` is digits only. */
export function luhnDigit(body: string): string {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) {
    const digit = body.charCodeAt(body.length - 1 - index) - 48;
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit of `digits` is its Luhn digit. False for anything but two or more digits. */
export function luhn(digits: string): boolean {
  return /^[0-9]{2,64}$/.test(digits) && luhnDigit(digits.slice(0, -1)) === digits.at(-1);
}

/**
 * The canonical form of an ICCID (ITU-T E.118): 18 to 20 digits, without spaces, dashes and the F that pads the
 * stored number to whole bytes. Null when it is none.
 *
 * A wrong Luhn digit is not refused: the operators' own sample values have one. Warn with `luhn`.
 */
export function canonicalIccid(text: string): string | null {
  if (text.length > 40) return null;
  const digits = text.replace(/[\s-]/g, '').replace(/[Ff]{1,2}$/, '');
  return /^[0-9]{18,20}$/.test(digits) ? digits : null;
}

/**
 * The forms under which the SIM of a canonical ICCID may be in stock, its own first: some vendors name a SIM with
 * its check digit and some without it.
 *
 * A digit is taken off only where it can be the check digit, and added only where there is room for one.
 */
export function iccidForms(iccid: string): string[] {
  const forms = [iccid];
  if (iccid.length < 20) forms.push(iccid + luhnDigit(iccid));
  if (iccid.length === 20 || (iccid.length === 19 && luhn(iccid))) forms.push(iccid.slice(0, -1));
  return forms;
}

/** An IMSI (3GPP TS 23.003 clause 2.2): country code, network code and subscriber number, 6 to 15 digits. */
export function isImsi(text: string): boolean {
  return /^[0-9]{6,15}$/.test(text);
}

/** An EID (GSMA SGP.29 clause 10): 32 digits whose number leaves 1 when divided by 97. */
export function isEid(text: string): boolean {
  return /^[0-9]{32}$/.test(text) && BigInt(text) % 97n === 1n;
}

/** The EID that begins with these 30 digits: the two check digits are added. */
export function eidOf(body: string): string {
  const check = 98n - (BigInt(`${body}00`) % 97n);
  return body + check.toString().padStart(2, '0');
}

/** Where an eSIM's profile is downloaded: `code` is the activation code without `LPA:`. */
export type ActivationCode = { code: string; smdpAddress: string; matchingId: string };

/**
 * An activation code (GSMA SGP.22 section 4.1): `[LPA:]1$address$matching id[$object id of the SM-DP+]`. Null when it is none.
 *
 * One that asks for a confirmation code (a fifth part, `1`) is none: nobody could download with it alone.
 */
export function parseActivationCode(text: string): ActivationCode | null {
  const code = text.trim().replace(/^LPA:/i, '');
  const match = /^1\$([A-Za-z0-9.-]{1,253})\$([A-Za-z0-9-]{0,64})(?:\$[0-9.]*)?$/.exec(code);
  return match && code.length <= 255 ? { code, smdpAddress: match[1]!, matchingId: match[2]! } : null;
}

/** An IMEI (3GPP TS 23.003 clause 6.2.1): 15 digits, the last one by Luhn. */
export function isImei(text: string): boolean {
  return text.length === 15 && luhn(text);
}

/** An IMEISV (3GPP TS 23.003 clause 6.2.2): 16 digits, the last two a software version; no check digit. */
export function isImeisv(text: string): boolean {
  return /^[0-9]{16}$/.test(text);
}

/**
 * The IMEI of a device from what a network sends: 14 digits, an IMEI or an IMEISV. Null when it is none of them.
 *
 * The device is named by the first 14 digits. The 15th is computed anew, since networks transmit a zero there
 * (3GPP TS 23.003 clause 6.2.1).
 */
export function imeiOf(text: string): string | null {
  if (!/^[0-9]{14,16}$/.test(text)) return null;
  const body = text.slice(0, 14);
  return body + luhnDigit(body);
}

/**
 * The international form of a phone number (ITU-T E.164), `+` and 7 to 15 digits; null when it is none.
 *
 * `+`, a leading `00` and the usual punctuation are understood. Digits alone are read as international, which is
 * how networks and carriers' files write an MSISDN; a national number with its leading 0 is refused. The ranges
 * for machines (+882, +883) are as good as a country's.
 */
export function canonicalMsisdn(text: string): string | null {
  if (text.length > 40) return null;
  const digits = text
    .trim()
    .replace(/[\s().-]/g, '')
    .replace(/^(?:\+|00)/, '');
  return /^[1-9][0-9]{6,14}$/.test(digits) ? `+${digits}` : null;
}
