/* An entry: one question a screen, saved at every step. What is asked, and when, stands in D.STEPS (steps.js). */
D.entry = null;
D.FURTHEST = 300 * 24 * 3600 * 1000;

D.begin = async function () {
  await D.refresh();
  var device = D.space.device, found = {};
  D.things('bundle').filter(D.valid).forEach(function (bundle) { found[bundle.slug] = bundle; });
  var slugs = Object.keys(found);
  if (!slugs.length) { throw D.Said(D.w('none_taken')); }
  if (!device.receipts.length) { throw D.Said(D.w('no_receipts')); }
  D.show(D.w('which_project'), [
    D.pick(slugs.map(function (slug) { return {value: slug, label: D.words_in(D.named(found[slug].titles))}; }), null, async function (slug) {
      var now = Date.now();
      D.entry = {id: D.uuid(), kind: 'draft', project: slug, started: now, until: now + D.DRAFT_LIFE, seconds: 0, step: 'kind', data: {}};
      await D.keep(D.entry);
      await D.hold();
    }),
    D.button(D.w('back'), D.home, 'plain')
  ]);
};

D.resume = async function (id) {
  await D.refresh();
  D.entry = D.things('draft').find(function (one) { return one.id === id; });
  if (!D.entry) { return D.home(); }
  return D.hold();
};

D.hold = async function () {
  /* No second window can have the same entry open meanwhile. */
  var entry = D.entry, freed, free = await new Promise(function (resolve) {
    D.alone('entry ' + entry.id, function () {
      resolve(true);
      return new Promise(function (end) { freed = end; });
    }, true).then(function () { resolve(false); }, function () { resolve(false); });
  });
  if (!free) { D.entry = null; throw D.Said(D.w('elsewhere')); }
  D.letGo = freed;
  D.began = performance.now();
  if (entry.data.language) { await D.speak(entry.data.language); }
  return D.step(entry.step);
};

D.bundleOf = function (entry) {
  var all = D.things('bundle').filter(function (one) { return one.slug === entry.project; });
  return all.find(function (one) { return one.language === entry.data.language; }) || all[0];
};

D.due = function (step) {
  /* Whether this is asked of this person. */
  var bundle = D.bundleOf(D.entry);
  return !step.when || step.when(D.entry.data, bundle && bundle.content);
};

D.step = async function (name) {
  var entry = D.entry, step = D.STEPS.find(function (one) { return one.name === name; }), bundle = D.bundleOf(entry);
  if (!bundle) { await D.stop(); throw D.Said(D.w('none_taken')); }
  entry.step = name;
  step.show(entry.data, bundle.content);
};

D.saved = async function () {
  /* Only time on the screen counts, five minutes at most for one of them. */
  var entry = D.entry, now = performance.now();
  if (!entry) { return; }
  entry.seconds += Math.min(300, (now - D.began) / 1000);
  D.began = now;
  await D.keep(entry);
};

D.go = async function (change) {
  /* On to the next question that is due. */
  Object.assign(D.entry.data, change || {});
  var at = D.STEPS.findIndex(function (one) { return one.name === D.entry.step; });
  var next = D.STEPS.slice(at + 1).find(D.due);
  D.entry.step = next.name;
  await D.saved();
  return D.step(next.name);
};

D.back = async function () {
  var at = D.STEPS.findIndex(function (one) { return one.name === D.entry.step; });
  var before = D.STEPS.slice(0, at).reverse().find(D.due);
  if (!before) { return D.stop(); }
  D.entry.step = before.name;
  await D.saved();
  return D.step(before.name);
};

D.typing = function (change) {
  /* What is being typed is saved too, a moment later. */
  var entry = D.entry;
  Object.assign(entry.data, change);
  clearTimeout(D.typed);
  D.typed = setTimeout(function () { if (D.entry === entry) { D.saved().catch(function () {}); } }, 400);
};

D.stop = async function () {
  /* Put aside: everything but a code and a vote can be taken up again. */
  await D.saved();
  D.drop();
  return D.home();
};

D.drop = function () {
  clearTimeout(D.typed);
  D.entry = null;
  if (D.letGo) { D.letGo(); D.letGo = null; }
};

D.question = function (given) {
  /* A screen of an entry: with a way back, and one to pause. */
  given.back = D.back;
  given.more = [given.more, D.button(D.w('pause'), D.stop, 'plain')];
  return D.ask(given);
};

D.content = function (entry, receipt, own) {
  /* What the city will read; exactly the fields of its contract. `own`: what the person typed and chose themselves, see D.finish. */
  var data = entry.data, meeting = data.kind === 'meeting';
  var subject = own ? {code: own.code} : {place: data.place, age: meeting ? 'unsaid' : data.age};
  if (own && own.pin) { subject.pin = own.pin; }
  return {
    v: 1, project: entry.project, receipt: receipt, kind: data.kind, language: data.language, subject: subject,
    consent: {how: data.how, version: data.consent, language: data.language, witnessed: data.witnessed === 'yes'},
    read_back: true, free: !data.silent, seconds: Math.round(entry.seconds), phone: (data.phone || '').trim() || null,
    comment: !meeting && data.stance && data.stance !== 'none' ? {body: data.body.trim(), stance: data.stance} : null,
    reactions: meeting ? {} : data.reactions || {},
    vote: own && own.vote || null,
    meeting: meeting ? {
      attended: Number(D.digits(data.attended)), points: D.lines(data.points), dissent: (data.dissent || '').trim(),
      hands: {for: D.hands(data.for), against: D.hands(data.against), abstain: D.hands(data.abstain)}
    } : null
  };
};

D.lines = function (text) {
  return (text || '').split('\n').map(function (line) { return line.trim(); }).filter(Boolean);
};

D.hands = function (typed) { return Number(D.digits(typed || '') || 0); };

D.finish = async function (own) {
  /* Sealed, and the plain words gone, in one transaction with the receipt that is used up.
     `own`: the code, PIN and vote of whoever speaks by code. They go from the person's fingers into the seal, and stand in no draft. */
  await D.saved();
  var entry = D.entry, id = D.uuid(), title = D.bundleOf(entry).content.title;
  var receipt = await D.change(function (device) {
    if (!device.receipts.length) { throw D.Said(D.w('no_receipts')); }
    return device.receipts.shift();
  }, async function (device, used) {
    var sealed = await D.seal(D.bytes(device.keys.seal), id, D.content(entry, used, own));
    /* A clock that lost its battery is years off; it is put right here, since nobody takes an offset of years. */
    var now = Date.now(), lost = Math.abs(device.offset) > D.FURTHEST, made = new Date(lost ? now + device.offset : now);
    var kept = {
      id: id, kind: 'entry', sealed: D.base64(sealed), made: made.toISOString(), offset: lost ? 0 : device.offset, at: now, receipt: used,
      title: title
    };
    device.unwritten = (device.unwritten || []).concat([{receipt: used, title: title, made: now}]);
    return {things: [kept], gone: [entry.id]};
  });
  D.drop();
  D.later();
  /* What is on its way just now does not hold this one yet. */
  (D.sending || Promise.resolve()).then(D.send);
  return receipt;
};

D.receipt = function (digits) {
  /* It stays on the first screen until it is written down: whatever happens meanwhile, nobody goes without theirs. */
  D.show(D.w('receipt'), [
    D.el('p', {'class': 'digits', dir: 'ltr', id: 'receipt'}, D.grouped(digits)),
    D.drawn(digits), D.p(D.w('receipt_text')),
    D.button(D.w('print'), function () { window.print(); }, 'plain'),
    D.button(D.w('written'), async function () {
      await D.change(function (device) {
        device.unwritten = (device.unwritten || []).filter(function (one) { return one.receipt !== digits; });
      });
      return D.home();
    }, 'main')
  ], {name: 'paper'});
};
