/* Setting a device up, once: the code, its name, passphrases. Nothing is kept before it can be kept under the passphrase. */
D.enrol = function () {
  /* The office's QR code leads here with the code behind a #, which is sent nowhere. */
  var brought = /^#(\d{12})$/.exec(location.hash);
  var given = {code: brought ? brought[1] : ''};
  if (brought) { history.replaceState(null, '', location.pathname); }
  var languages = Object.keys(D.words[D.language].languages);
  D.show(D.w('enrol'), [
    D.p(D.w('enrol_text')),
    D.pick(languages.map(function (code) {
      return {value: code, label: D.words[D.language].languages[code], lang: code};
    }), D.language, async function (language) {
      await D.speak(language);
      D.page = language;
      localStorage.setItem('language', language);
      await enrolCode();
    })
  ]);

  function enrolCode() {
    D.ask({
      title: D.w('enrol'), back: D.enrol,
      body: D.field('code', D.w('enrol_code'), {inputmode: 'numeric', value: given.code, maxlength: 40, dir: 'ltr'}),
      done: function (form) {
        given.code = form.code.value;
        if (!D.checks(D.digits(given.code), 12)) { throw D.Said(D.w('bad_number'), 'code'); }
        return enrolLabel();
      }
    });
  }
  function enrolLabel() {
    D.ask({
      title: D.w('label'), back: enrolCode,
      body: D.field('label', D.w('label'), {hint: D.w('label_hint'), value: given.label, maxlength: 60, said: true}),
      done: function (form) {
        given.label = form.label.value.trim();
        if (!given.label) { throw D.Said(D.w('fill'), 'label'); }
        return enrolOwn();
      }
    });
  }
  function enrolOwn() {
    D.ask({
      title: D.w('own'), back: enrolLabel,
      body: [
        D.field('own_code', D.w('own'), {hint: D.w('own_hint'), said: true, inputmode: 'numeric', value: given.own, maxlength: 60, dir: 'ltr'}),
        D.field('own_pin', D.w('pin'), {hint: D.w('pin_hint'), type: 'password', inputmode: 'numeric', value: given.pin, maxlength: 20, dir: 'ltr'})
      ],
      done: function (form) {
        given.own = form.own_code.value;
        given.pin = form.own_pin.value;
        if (!D.checks(D.digits(given.own), 16)) { throw D.Said(D.w('bad_number'), 'own_code'); }
        return enrolPass();
      },
      more: D.button(D.w('own_none'), function () {
        given.own = given.pin = '';
        return enrolPass();
      }, 'plain')
    });
  }
  function enrolPass() {
    D.ask({
      title: D.w('passphrase'), back: enrolOwn,
      body: [
        D.field('pass', D.w('passphrase'), {hint: D.w('pass_hint'), said: true, type: 'password', autocomplete: 'new-password'}),
        D.field('again', D.w('pass_again'), {type: 'password', autocomplete: 'new-password'})
      ],
      done: function (form) {
        given.pass = D.chosen(form);
        return enrolSecond();
      }
    });
  }
  function enrolSecond() {
    D.ask({
      title: D.w('second'), hint: D.w('second_text'), back: enrolPass, word: D.w('enrol_go'),
      body: [
        D.field('pass', D.w('second'), {said: true, type: 'password', autocomplete: 'new-password'}),
        D.field('again', D.w('pass_again'), {type: 'password', autocomplete: 'new-password'})
      ],
      done: function (form) {
        given.second = form.pass.value || form.again.value ? D.chosen(form) : '';
        if (given.second && given.second.normalize('NFKC') === given.pass.normalize('NFKC')) { throw D.Said(D.w('second_same'), 'pass'); }
        return D.enrolled(given);
      }
    });
  }
};

D.chosen = function (form) {
  if (Array.from(form.pass.value.normalize('NFKC')).length < 8) { throw D.Said(D.w('pass_short'), 'pass'); }
  if (form.pass.value !== form.again.value) { throw D.Said(D.w('pass_differs'), 'again'); }
  return form.pass.value;
};

D.enrolled = async function (given) {
  /* The keys are ready before the code is used: should the device stop in between, at most the code is lost. */
  var salt = D.random(16), first = {passphrase: given.pass, raw: D.random(32)};
  var second = given.second ? {passphrase: given.second, raw: D.random(32)} : null;
  var slots = await D.slots(salt, first, second), key = await D.dataKey(first.raw), rows = [];
  var asked = {code: D.digits(given.code), label: given.label, language: D.page};
  if (given.own) {
    asked.own_code = D.digits(given.own);
    if (given.pin) { asked.own_pin = D.digits(given.pin); }
  } else {
    asked.own_none = true;
  }
  var before = Date.now(), answer = await D.fetched('/delegate/enrol', null, asked), after = Date.now();
  if (!answer || !answer.ok) { throw D.Said(answer ? D.reason(answer) : D.w('offline_now')); }
  var said = answer.content, device = {
    id: D.uuid(), kind: 'device', device: said.device, token: said.token, keys: said.keys, city: said.city, district: said.district,
    places: said.places, languages: said.languages, receipts: said.receipts, projects: [], state: 'appointed', contact: Date.parse(said.now),
    offset: Math.round(Date.parse(said.now) - (before + after) / 2)
  };
  rows.push(await D.row(key, device));
  if (second) {
    var empty = Object.assign({}, device, {id: D.uuid(), token: '', receipts: []});
    rows.push(await D.row(await D.dataKey(second.raw), empty));
  }
  await D.write(rows, [], slots);
  D.space = {key: key, device: device, things: []};
  await D.refresh();
  D.persist().catch(function () {});
  D.home();
  D.send();
};

D.persist = async function () {
  /* Asked each time: a browser may say yes later. One that asks the person first answers when they do, or never: nobody waits for it. */
  var storage = navigator.storage;
  D.persisted = !!(storage && storage.persist && (await storage.persisted() || await storage.persist()));
  D.changed();
};

D.unlock = function () {
  D.ask({
    title: D.w('pass_ask'), word: D.w('unlock'),
    body: D.field('pass', D.w('passphrase'), {type: 'password', autocomplete: 'current-password'}),
    done: async function (form) {
      var key = await D.open(await D.read('keys', 'slots'), form.pass.value);
      if (!key) { throw D.Said(D.w('pass_wrong'), 'pass'); }
      D.space = {key: key, things: [], device: null};
      await D.refresh();
      D.take();
      D.used = Date.now();
      D.persist().catch(function () {});
      D.home();
      D.send();
    }
  });
};
