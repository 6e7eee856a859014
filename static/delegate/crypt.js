/* Encryption, in what WebCrypto of 2019 can do: PBKDF2, AES-GCM, ECDH and ECDSA over P-256, HKDF. */
D.ROUNDS = 600000;

D.random = function (length) { return crypto.getRandomValues(new Uint8Array(length)); };

D.hex = function (bytes) {
  return Array.from(new Uint8Array(bytes), function (byte) { return ('0' + byte.toString(16)).slice(-2); }).join('');
};

D.uuid = function () {
  /* crypto.randomUUID is younger than the browsers that we serve. */
  var bytes = D.random(16);
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  return D.hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

D.base64 = function (bytes) {
  var text = '';
  new Uint8Array(bytes).forEach(function (byte) { text += String.fromCharCode(byte); });
  return btoa(text);
};

D.bytes = function (base64) {
  return Uint8Array.from(atob(base64), function (sign) { return sign.charCodeAt(0); });
};

D.utf8 = function (text) { return new TextEncoder().encode(text); };

D.joined = function (parts) {
  var length = parts.reduce(function (sum, part) { return sum + part.length; }, 0), whole = new Uint8Array(length), at = 0;
  parts.forEach(function (part) { whole.set(part, at); at += part.length; });
  return whole;
};

/* The passphrase. Two passphrases open two spaces; nobody can tell from what is stored whether the second was ever set. */

D.slow = async function (passphrase, salt) {
  var typed = D.utf8(passphrase.normalize('NFKC'));
  var base = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey']);
  var how = {name: 'PBKDF2', hash: 'SHA-256', salt: salt, iterations: D.ROUNDS};
  return crypto.subtle.deriveKey(how, base, {name: 'AES-GCM', length: 256}, false, ['encrypt', 'decrypt']);
};

D.dataKey = function (raw) {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
};

D.slots = async function (salt, first, second) {
  /* `first` and `second`: passphrase and raw key; without a second its slot holds what looks the same and opens for nobody. */
  var made = [await D.slot(salt, first), second ? await D.slot(salt, second) : {iv: D.random(12), box: D.random(48)}];
  return {id: 'slots', salt: salt, slots: D.random(1)[0] & 1 ? made : made.reverse()};
};

D.slot = async function (salt, opens) {
  return D.box(await D.slow(opens.passphrase, salt), opens.raw);
};

D.open = async function (stored, passphrase) {
  /* Both slots are always tried: either passphrase costs the same. */
  var slow = await D.slow(passphrase, stored.salt);
  var raw = await Promise.all(stored.slots.map(function (slot) { return D.unbox(slow, slot); }));
  var found = raw.find(function (one) { return one !== null; });
  return found ? D.dataKey(found) : null;
};

D.box = async function (key, bytes) {
  var iv = D.random(12);
  return {iv: iv, box: new Uint8Array(await crypto.subtle.encrypt({name: 'AES-GCM', iv: iv}, key, bytes))};
};

D.unbox = function (key, boxed) {
  return crypto.subtle.decrypt({name: 'AES-GCM', iv: boxed.iv}, key, boxed.box).then(function (plain) {
    return new Uint8Array(plain);
  }, function () { return null; });
};

/* A finished entry is sealed to the city's key: from then on only the city can read it. */

D.padded = function (content) {
  /* Spaces at the end, so that the length tells neither whether there is a vote nor how much was said. */
  var bytes = D.utf8(JSON.stringify(content)), whole = new Uint8Array(Math.ceil(bytes.length / 512) * 512).fill(32);
  whole.set(bytes);
  return whole;
};

D.seal = async function (point, id, content) {
  var curve = {name: 'ECDH', namedCurve: 'P-256'};
  var theirs = await crypto.subtle.importKey('raw', point, curve, false, []);
  var pair = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
  var ours = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  var shared = await crypto.subtle.deriveBits({name: 'ECDH', public: theirs}, pair.privateKey, 256);
  var base = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  var how = {name: 'HKDF', hash: 'SHA-256', salt: D.joined([ours, point]), info: D.utf8('participation entry 1')};
  var key = await crypto.subtle.deriveKey(how, base, {name: 'AES-GCM', length: 256}, false, ['encrypt']);
  var iv = D.random(12), about = {name: 'AES-GCM', iv: iv, additionalData: D.utf8(id)};
  var box = new Uint8Array(await crypto.subtle.encrypt(about, key, D.padded(content)));
  return D.joined([Uint8Array.of(1), ours, iv, box]);
};

D.signed = async function (point, result, sealed) {
  /* Whether the city itself says so about exactly this entry. */
  try {
    var how = {name: 'ECDSA', namedCurve: 'P-256'};
    var key = await crypto.subtle.importKey('raw', point, how, false, ['verify']);
    var digest = D.hex(await crypto.subtle.digest('SHA-256', sealed));
    var lines = ['participation receipt 1', result.id, result.status, result.receipt, digest, ''].join('\n');
    return await crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, key, D.bytes(result.signature), D.utf8(lines));
  } catch (error) {
    return false;
  }
};

/* Check digits of Damm, as on every code and receipt. */
D.DAMM = [
  '0317598642', '7092154863', '4206871359', '1750983426', '6123045978', '3674209581', '5869720134', '8945362017', '9438617205',
  '2581436790'
];

D.checks = function (digits, length) {
  if (digits.length !== length || !/^[0-9]+$/.test(digits)) { return false; }
  return Array.from(digits).reduce(function (row, digit) { return Number(D.DAMM[row][digit]); }, 0) === 0;
};
