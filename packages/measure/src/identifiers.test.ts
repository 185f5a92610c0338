import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalIccid,
  canonicalMsisdn,
  eidOf,
  iccidForms,
  imeiOf,
  isEid,
  isImei,
  isImeisv,
  isImsi,
  luhn,
  luhnDigit,
  parseActivationCode,
} from './index.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));

describe('luhn', () => {
  it.each(['79927398713', '490154203237518', '8944500102198304826', '89883030001234567894', '8991101200003204514'])(
    '%s is right',
    (text) => {
      expect(luhn(text)).toBe(true);
      expect(luhnDigit(text.slice(0, -1))).toBe(text.at(-1));
    },
  );

  it.each(['89883030001234567890', '89310410106543789301', '', '7', '7992739871x'])('%j is not', (text) => {
    expect(luhn(text)).toBe(false);
  });

  it('finds every wrong single digit', () => {
    fc.assert(
      fc.property(digits(19), fc.nat(18), fc.integer({ min: 1, max: 9 }), (body, at, shift) => {
        const right = body + luhnDigit(body);
        const wrong = [...right];
        wrong[at] = String((Number(right[at]) + shift) % 10);
        expect(luhn(right)).toBe(true);
        expect(luhn(wrong.join(''))).toBe(false);
      }),
    );
  });
});

describe('ICCID', () => {
  it.each([
    ['8944500102198304826', '8944500102198304826'],
    ['8944 5001 0219 8304 826F', '8944500102198304826'],
    ['8944500102198304826f', '8944500102198304826'],
    ['89-883030001234567890', '89883030001234567890'],
    ['894450010219830482', '894450010219830482'],
    ['89445001021983048', null],
    ['898830300012345678901', null],
    ['8944500102198304x26', null],
    ['', null],
  ])('%j is %j', (text, canonical) => {
    expect(canonicalIccid(text)).toBe(canonical);
  });

  it('matches with and without its check digit', () => {
    expect(iccidForms('89883030001234567894')).toEqual(['89883030001234567894', '8988303000123456789']);
    expect(iccidForms('8988303000123456789')).toContain('89883030001234567894');
    expect(iccidForms('8991101200003204514')).toContain('899110120000320451');
    expect(iccidForms('899110120000320451')).toContain('8991101200003204514');
  });

  it('has at most three forms, its own first, all of them ICCIDs', () => {
    fc.assert(
      fc.property(fc.oneof(digits(18), digits(19), digits(20)), (iccid) => {
        const forms = iccidForms(iccid);
        expect(forms[0]).toBe(iccid);
        expect(forms.length).toBeLessThanOrEqual(3);
        expect(forms.every((form) => canonicalIccid(form) === form)).toBe(true);
      }),
    );
  });
});

describe('EID', () => {
  it.each([
    '89001039240180124400000000000157',
    '89001012012341234012345678901224',
    '89001567010203040506070809101152',
    '89044011112233441122334411223321',
    '89049032123451234512345678901235',
    '89086030202200000022000023022943',
    '89044045116727494800000004479366',
  ])('%s is right', (eid) => {
    expect(isEid(eid)).toBe(true);
    expect(eidOf(eid.slice(0, 30))).toBe(eid);
  });

  it.each(['89049032123451234512345678901234', '8904903212345123451234567890123', ''])('%j is not', (eid) => {
    expect(isEid(eid)).toBe(false);
  });

  it('is right with the check digits we add', () => {
    fc.assert(
      fc.property(digits(30), (body) => {
        expect(isEid(eidOf(body))).toBe(true);
      }),
    );
  });
});

describe('activation code (SGP.22 section 4.1)', () => {
  it.each([
    ['LPA:1$SMDP.EXAMPLE.COM$04386-AGYFT-A74Y8-3F815', 'SMDP.EXAMPLE.COM', '04386-AGYFT-A74Y8-3F815'],
    ['1$smdp.example.com$04386$1.3.6.1.4.1.31746', 'smdp.example.com', '04386'],
    ['1$smdp.example.com$', 'smdp.example.com', ''],
  ])('%s is right', (text, smdpAddress, matchingId) => {
    expect(parseActivationCode(text)).toEqual({ code: text.replace('LPA:', ''), smdpAddress, matchingId });
  });

  // The third and fourth ask for a confirmation code as well.
  it.each([
    '',
    '1$',
    'LPA:1$',
    '1$a.example$ID$$1',
    '1$a.example$ID$1.3$1',
    'xyz14390lojij',
    '2$a.example$ID',
    '1$a b$ID',
  ])('%j is not', (text) => {
    expect(parseActivationCode(text)).toBeNull();
  });
});

describe('IMSI and IMEI', () => {
  it('have their lengths', () => {
    expect(isImsi('901405100000001')).toBe(true);
    expect(isImsi('26201')).toBe(false);
    expect(isImsi('9014051000000010')).toBe(false);
    expect(isImei('490154203237518')).toBe(true);
    expect(isImei('490154203237510')).toBe(false);
    expect(isImeisv('4901542032375101')).toBe(true);
    expect(isImeisv('490154203237518')).toBe(false);
  });

  it('name the device by its first 14 digits', () => {
    for (const text of ['49015420323751', '490154203237510', '490154203237518', '4901542032375177']) {
      expect(imeiOf(text)).toBe('490154203237518');
    }
    expect(imeiOf('4901542032375')).toBeNull();
  });
});

describe('MSISDN', () => {
  it.each([
    ['+882285100000018', '+882285100000018'],
    ['882285100000018', '+882285100000018'],
    ['+8835100000001', '+8835100000001'],
    ['0049 (151) 234-567.89', '+4915123456789'],
    ['+6834000', '+6834000'],
    ['015123456789', null],
    ['+1234567890123456', null],
    ['+49', null],
    ['+49 151 CALL ME', null],
  ])('%j is %j', (text, canonical) => {
    expect(canonicalMsisdn(text)).toBe(canonical);
  });
});
