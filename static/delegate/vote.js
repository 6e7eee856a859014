/* What a person types and chooses themselves: code, PIN, vote. It stands in no draft, is read back to nobody, and is gone when the page is locked. */
D.votable = function (bundle) {
  return !!bundle.ballot && D.open_now(bundle.ballot);
};

D.codeFields = function (pin) {
  return [
    D.field('code', D.w('code'), {hint: D.w('code_hint'), inputmode: 'numeric', maxlength: 60, dir: 'ltr'}),
    pin ? D.field('pin', D.w('pin'), {hint: D.w('pin_hint'), type: 'password', inputmode: 'numeric', maxlength: 20, dir: 'ltr'}) : null
  ];
};

D.typedCode = function (form) {
  /* The city tells later, and nobody but the person, when it was somebody else's or the PIN was wrong. */
  var code = D.digits(form.code.value), pin = form.pin ? D.digits(form.pin.value) : '';
  if (!D.checks(code, 16)) { throw D.Said(D.w('bad_number'), 'code'); }
  if (pin && !/^[0-9]{6,8}$/.test(pin)) { throw D.Said(D.w('pin_bad'), 'pin'); }
  return {code: code, pin: pin};
};

D.ownCode = function (data) {
  /* Where no vote comes with it. */
  var says = D.says(data);
  D.question({
    title: D.w('code'), hint: says ? '' : D.w('read_nothing'), body: says ? D.codeFields() : null, word: D.w('finish'),
    done: says ? async function (form) { D.receipt(await D.finish(D.typedCode(form))); } : null
  });
};

D.handOver = function (bundle) {
  D.question({
    title: D.w('vote_ask'), hint: D.w('vote_text'), word: D.w('vote_hand'),
    done: function () { return D.inHands(bundle); },
    more: D.button(D.w('vote_later'), function () { return D.go({}); }, 'plain')
  });
};

D.inHands = function (bundle) {
  /* From here to giving the device back, what stands on it is between it and the person. */
  var lines = [D.w('hand_text')];
  D.ask({title: D.w('hand'), hint: lines[0], body: D.aloud(lines), bar: false, word: D.w('hand_have'), name: 'hands', done: function () {
    return D.choose(bundle, 0);
  }});
};

D.choose = function (bundle, chosen) {
  var names = ['for', 'against', 'abstain'];
  var options = names.map(function (name, place) { return (place + 1) + ' ' + D.w('vote_' + name); });
  function act(choice) { return D.confirm(bundle, Number(choice)); }
  function said(form) {
    /* What neither the delegate nor the device can read: the city alone knows what it stands for. */
    var code = D.digits(form.choice.value);
    if (!D.checks(code, 10)) { throw D.Said(D.w('bad_number'), 'choice'); }
    return D.confirm(bundle, code);
  }
  var sheets = bundle.ballot.sheets;
  D.ask({
    title: D.words_in(bundle.ballot.question), bar: false, name: 'hands',
    body: [D.foreign(bundle.ballot.question), D.aloud([bundle.ballot.question].concat(options)), D.heard(bundle, 'question'), D.el('div', {'class': 'keys'}, D.pick(names.map(function (name, place) {
      return {value: String(place + 1), label: (place + 1) + ' ', hint: D.w('vote_' + name)};
    }), String(chosen), act)), sheets ? D.field('choice', D.w('vote_code'), {inputmode: 'numeric', maxlength: 40, dir: 'ltr'}) : null],
    done: sheets ? said : null,
    more: D.button(D.w('vote_none'), function () { return D.says(D.entry.data) ? D.confirm(bundle, 0) : D.giveBack(); }, 'plain')
  });
  document.getElementById('main').onkeydown = function (event) {
    var digit = D.digits(event.key || '');
    if (event.target.name !== 'choice' && /^[123]$/.test(digit)) { D.safely(function () { return act(digit); }); }
  };
};

D.confirm = function (bundle, choice) {
  /* The code comes last: until it is typed nobody can do anything with what was chosen, and then it is sealed at once. */
  var coded = String(choice).length > 1, name = coded ? D.grouped(choice) : choice ? D.w('vote_' + ['for', 'against', 'abstain'][choice - 1]) : D.w('vote_none');
  D.ask({
    title: choice && !coded ? choice + ' ' + name : name, bar: false, name: 'hands', word: D.w(choice ? 'vote_done' : 'finish'),
    body: [D.aloud([name]), D.codeFields(choice)],
    done: async function (form) {
      var own = D.typedCode(form);
      if (choice) { own.vote = {ballot: bundle.ballot.id, choice: choice}; }
      return D.giveBack(await D.finish(own));
    },
    more: D.button(D.w('vote_change'), function () { return D.choose(bundle, 0); }, 'plain')
  });
};

D.giveBack = function (receipt) {
  /* Looks the same whether somebody voted or not. With nothing said and no vote there is nothing to seal. */
  D.ask({title: D.w('give'), hint: D.w('give_text'), bar: false, word: D.w('give_have'), name: 'hands', done: function () {
    return receipt ? D.receipt(receipt) : D.step('vote');
  }});
};

D.ending = function (data, bundle) {
  /* The delegate's last screen. In its corner a sign that says nothing to whoever looks on: the person is not free to speak. */
  var corner = D.el('button', {
    type: 'button', id: 'corner', 'class': 'corner', 'aria-label': D.w('corner'), 'aria-pressed': data.silent ? 'true' : 'false',
    onclick: function () {
      D.entry.data.silent = !D.entry.data.silent;
      corner.setAttribute('aria-pressed', D.entry.data.silent ? 'true' : 'false');
      corner.textContent = D.entry.data.silent ? '··' : '·';
      D.safely(D.saved);
    }
  }, data.silent ? '··' : '·');
  /* Between delegates and the city it is agreed in their training: one touch sets it, another takes it back. It travels sealed. */
  var coded = D.coded(data), goes = D.says(data) || coded && D.votable(bundle);
  D.question({
    title: D.w('finish_title'), hint: D.w(!goes ? 'read_nothing' : coded ? 'finish_coded' : 'finish_text'), name: 'last', body: corner,
    word: D.w(coded ? 'next' : 'finish'),
    done: !goes ? null : coded ? function () { return D.go({}); } : async function () { D.receipt(await D.finish()); }
  });
};
