/* A vote: only in the person's own hands. It stands in no draft, is read back to nobody, and is gone when the page is locked. */
D.vote = null;

D.votable = function (bundle) {
  return !!bundle.ballot && D.open_now(bundle.ballot);
};

D.handOver = function (bundle) {
  D.vote = null;
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
  D.ask({
    title: bundle.ballot.question.text, bar: false, name: 'hands',
    body: [D.aloud([bundle.ballot.question.text].concat(options)), D.el('div', {'class': 'keys'}, D.pick(names.map(function (name, place) {
      return {value: String(place + 1), label: (place + 1) + ' ', hint: D.w('vote_' + name)};
    }), String(chosen), act))],
    more: D.button(D.w('vote_none'), function () { D.vote = null; return D.giveBack(); }, 'plain')
  });
  document.getElementById('main').onkeydown = function (event) {
    var digit = D.digits(event.key || '');
    if (/^[123]$/.test(digit)) { D.safely(function () { return act(digit); }); }
  };
};

D.confirm = function (bundle, choice) {
  /* A PIN is typed by the person alone; the city tells later, and nobody but them, when it was wrong. */
  var name = D.w('vote_' + ['for', 'against', 'abstain'][choice - 1]);
  D.ask({
    title: choice + ' ' + name, bar: false, name: 'hands', word: D.w('vote_done'),
    body: [D.aloud([name]), D.field('pin', D.w('pin'), {hint: D.w('pin_hint'), type: 'password', inputmode: 'numeric', maxlength: 20, dir: 'ltr'})],
    done: function (form) {
      var pin = D.digits(form.pin.value);
      if (pin && !/^[0-9]{6,8}$/.test(pin)) { throw D.Said(D.w('pin_bad'), 'pin'); }
      D.vote = {ballot: bundle.ballot.id, choice: choice, pin: pin};
      return D.giveBack();
    },
    more: D.button(D.w('vote_change'), function () { return D.choose(bundle, 0); }, 'plain')
  });
};

D.giveBack = function () {
  /* Looks the same whether somebody voted or not. */
  D.ask({title: D.w('give'), hint: D.w('give_text'), bar: false, word: D.w('give_have'), name: 'hands', done: function () { return D.go({}); }});
};

D.ending = function (data) {
  /* The last screen. In its corner a sign that says nothing to whoever looks on: the person is not free to speak. */
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
  var says = D.meeting(data) || (data.stance && data.stance !== 'none') || Object.keys(data.reactions || {}).length > 0 || D.vote;
  D.question({
    title: D.w('finish_title'), hint: D.w(says ? 'finish_text' : 'read_nothing'), name: 'last', word: D.w('finish'), body: corner,
    done: says ? D.finish : null
  });
};
