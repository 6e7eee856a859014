/* The questions of an entry, in their order. Another kind of question is another step here, and a field in D.content. */
D.open_now = function (dates) {
  var now = D.now();
  return !!dates && Date.parse(dates.opens) <= now && now < Date.parse(dates.closes);
};

D.AGES = ['under-18', '18-29', '30-44', '45-59', '60-over', 'unsaid'];

D.person = function (data) { return data.kind !== 'meeting'; };
D.meeting = function (data) { return data.kind === 'meeting'; };
D.coded = function (data) { return D.person(data) && data.by === 'code'; };
D.says = function (data) {
  return D.meeting(data) || !!data.stance && data.stance !== 'none' || Object.keys(data.reactions || {}).length > 0;
};
D.spoken = function (key) { return {value: key, label: D.w(key)}; };

D.choosing = function (name, title, options, chosen, hint, body) {
  /* A question that one touch answers. */
  D.question({title: title, hint: hint, body: [body, D.pick(options, chosen, function (value) {
    var change = {};
    change[name] = value;
    return D.go(change);
  })]});
};

D.writing = function (name, title, given) {
  /* A question that is answered by typing. */
  given.said = !given.label;
  var field = D.field(name, given.label || title, given);
  D.question({
    title: title, body: [given.before, field],
    typed: function (form) { D.typing(D.single(name, form[name].value)); },
    done: function (form) {
      var value = form[name].value, wrong = given.check ? given.check(value) : '';
      if (wrong) { throw D.Said(wrong, name); }
      return D.go(D.single(name, value));
    }
  });
};

D.single = function (name, value) {
  var change = {};
  change[name] = value;
  return change;
};

D.whole = function (value, least, empty) {
  /* Why this is no whole number that can be taken; nothing when it is one. */
  var digits = D.digits(value);
  if (!digits && empty) { return ''; }
  return /^[0-9]{1,6}$/.test(digits) && Number(digits) >= least && Number(digits) <= 100000 ? '' : D.w('whole');
};

D.said = function (lines) { return D.el('div', {'class': 'aloud'}, lines.map(function (line) { return D.p(line); })); };

D.STEPS = [
  {name: 'kind', show: function (data) {
    D.choosing('kind', D.w('kind'), ['proxy', 'assisted', 'meeting'].map(D.spoken), data.kind);
  }},
  {name: 'language', show: function (data) {
    var names = D.words[D.language].languages;
    var there = D.things('bundle').filter(function (one) { return one.slug === D.entry.project && D.valid(one); });
    D.question({title: D.w('in_language'), body: D.pick(there.map(function (one) {
      return {value: one.language, label: names[one.language], lang: one.language};
    }), data.language, async function (language) {
      await D.speak(language);
      return D.go({language: language});
    })});
  }},
  {name: 'consent', show: function (data, bundle) {
    var consent = D.words[D.language].consent;
    D.question({
      title: D.w('consent'), body: [D.said(consent.text), D.aloud(consent.text), D.heard(bundle, 'consent')], word: D.w('consent_read'),
      done: function () { return D.go({consent: consent.version}); },
      more: D.button(D.w('consent_no'), async function () {
        await D.forget(D.entry.id);
        D.drop();
        await D.home();
      }, 'plain')
    });
  }},
  {name: 'how', show: function (data) { D.choosing('how', D.w('how'), ['spoken', 'signed', 'thumb'].map(D.spoken), data.how); }},
  {name: 'witnessed', show: function (data) {
    D.choosing('witnessed', D.w('witnessed'), ['yes', 'no'].map(D.spoken), data.witnessed, D.w('no_names'));
  }},
  {name: 'by', when: D.person, show: function (data) {
    D.choosing('by', D.w('by'), [
      {value: 'code', label: D.w('by_code')}, {value: 'described', label: D.w('by_described'), hint: D.w('by_hint')}
    ], data.by);
  }},
  {name: 'place', when: function (data) { return D.meeting(data) || data.by === 'described'; }, show: function (data) {
    D.choosing('place', D.w(D.meeting(data) ? 'place_meeting' : 'place'), D.space.device.places.map(function (place) {
      return {value: place.slug, label: D.name(place.names)};
    }), data.place);
  }},
  {name: 'age', when: function (data) { return D.person(data) && data.by === 'described'; }, show: function (data) {
    D.choosing('age', D.w('age'), D.AGES.map(function (age) { return {value: age, label: D.w('age_' + age)}; }), data.age);
  }},
  {name: 'stance', when: function (data, bundle) { return D.person(data) && D.open_now(bundle.takes.comment); }, show: function (data, bundle) {
    D.choosing('stance', D.w('stance'), ['for', 'against', 'mixed', 'question', 'none'].map(function (stance) {
      return {value: stance, label: D.w('stance_' + stance)};
    }), data.stance, '', D.project(bundle));
  }},
  {name: 'body', when: function (data, bundle) {
    return D.person(data) && D.open_now(bundle.takes.comment) && data.stance && data.stance !== 'none';
  }, show: function (data) {
    D.writing('body', D.w('body'), {hint: D.w('body_hint'), rows: 8, value: data.body, maxlength: 1000, dir: 'auto', check: function (value) {
      return value.trim() ? '' : D.w('fill');
    }});
  }},
  {name: 'react', when: function (data, bundle) { return D.person(data) && D.open_now(bundle.takes.react) && bundle.statements.length > 0; }, show: function (data, bundle) {
    D.statement(data, bundle, data.statement || 0);
  }},
  {name: 'attended', when: D.meeting, show: function (data) {
    D.writing('attended', D.w('attended'), {inputmode: 'numeric', value: data.attended, maxlength: 10, check: function (value) {
      return D.whole(value, 1);
    }});
  }},
  {name: 'points', when: D.meeting, show: function (data) {
    D.writing('points', D.w('points'), {hint: D.w('points_hint'), rows: 8, value: data.points, dir: 'auto', check: function (value) {
      var lines = D.lines(value);
      if (!lines.length) { return D.w('fill'); }
      return lines.length > 20 || lines.some(function (line) { return line.length > 300; }) ? D.w('points_long') : '';
    }});
  }},
  {name: 'dissent', when: D.meeting, show: function (data) {
    D.writing('dissent', D.w('dissent'), {hint: D.w('no_names'), rows: 6, value: data.dissent, maxlength: 1000, dir: 'auto'});
  }},
  {name: 'hands', when: D.meeting, show: function (data) {
    var names = ['for', 'against', 'abstain'];
    D.question({
      title: D.w('hands'), hint: D.w('hands_hint'),
      body: names.map(function (name) { return D.field(name, D.w('vote_' + name), {inputmode: 'numeric', value: data[name], maxlength: 10}); }),
      typed: function (form) { names.forEach(function (name) { D.typing(D.single(name, form[name].value)); }); },
      done: function (form) {
        var change = {}, sum = 0;
        names.forEach(function (name) {
          var wrong = D.whole(form[name].value, 0, true);
          if (wrong) { throw D.Said(wrong, name); }
          change[name] = form[name].value;
          sum += D.hands(form[name].value);
        });
        if (sum > Number(D.digits(data.attended))) { throw D.Said(D.w('hands_many'), 'for'); }
        return D.go(change);
      }
    });
  }},
  {name: 'read', show: function (data, bundle) { D.readBack(data, bundle); }},
  {name: 'phone', when: D.person, show: function (data) {
    D.writing('phone', D.w('phone'), {hint: D.w('phone_hint'), label: D.w('phone_label'), type: 'tel', value: data.phone, maxlength: 40, dir: 'ltr'});
  }},
  {name: 'last', show: function (data, bundle) { D.ending(data, bundle); }},
  /* What the person alone types and chooses comes when all else is finished: the entry is sealed on the spot, and there is no way back. */
  {name: 'vote', when: function (data, bundle) { return D.coded(data) && D.votable(bundle); }, show: function (data, bundle) {
    D.handOver(bundle);
  }},
  {name: 'code', when: D.coded, show: function (data) { D.ownCode(data); }}
];

D.project = function (bundle) {
  var texts = [bundle.summary, bundle.text, bundle.open, bundle.decided].filter(function (one) { return one && one.text; });
  return D.el('details', {}, [D.el('summary', {lang: bundle.title.language, dir: 'auto'}, bundle.title.text), D.foreign(bundle.title), D.heard(bundle, 'summary')].concat(texts.map(function (one) {
    return D.el('div', {lang: one.language, dir: 'auto'}, D.lines(one.text).map(function (line) { return D.p(line.replace(/^(#+|-) /, '')); }));
  })));
};

D.statement = function (data, bundle, at) {
  /* What others said, one a screen; whoever has had enough leaves out the rest. */
  var one = bundle.statements[at], answered = data.reactions || {};
  if (!one) { return D.go({statement: 0}); }
  function on(change) {
    D.entry.data.statement = at + 1;
    D.entry.data.reactions = Object.assign({}, answered, change);
    return at + 1 < bundle.statements.length ? D.saved().then(function () { D.statement(D.entry.data, bundle, at + 1); }) : D.go({statement: 0});
  }
  D.question({
    title: D.w('react', {number: at + 1, all: bundle.statements.length}),
    body: [D.el('blockquote', {lang: one.language, dir: 'auto', 'class': 'aloud'}, one.body), D.aloud([{text: one.body, language: one.language}]),
      D.pick(['agree', 'disagree', 'pass'].map(D.spoken), answered[one.id], function (kind) { return on(D.single(one.id, kind)); })],
    more: [D.button(D.w('skip'), function () {
      delete answered[one.id];
      return on({});
    }, 'plain'), D.button(D.w('skip_rest'), function () { return D.go({statement: 0}); }, 'plain')]
  });
};

D.beginning = function (text) {
  /* Enough of what others said to know it again: it was read out in full a moment ago. */
  var signs = Array.from(text);
  return signs.length > 60 ? signs.slice(0, 60).join('').replace(/\s+\S*$/, '') + '…' : text;
};

D.readBack = function (data, bundle) {
  /* Everything but a vote, in the words in which it was said. */
  var parts = [];
  function part(label, value, attributes, about) {
    if (value) { parts.push(D.el('dt', about || {}, label), D.el('dd', attributes || {dir: 'auto'}, value)); }
  }
  var comment = data.stance && data.stance !== 'none', answered = data.reactions || {};
  if (comment && D.person(data)) {
    part(D.w('stance'), D.w('stance_' + data.stance));
    part(D.w('body'), data.body);
  }
  bundle.statements.forEach(function (one) {
    if (D.person(data) && answered[one.id]) { part(D.beginning(one.body), D.w(answered[one.id]), {'class': 'answer'}, {lang: one.language, dir: 'auto', 'class': 'other'}); }
  });
  if (D.meeting(data)) {
    part(D.w('attended'), D.number(Number(D.digits(data.attended))));
    part(D.w('points'), data.points);
    part(D.w('dissent'), data.dissent);
    ['for', 'against', 'abstain'].forEach(function (name) { part(D.w('vote_' + name), D.number(D.hands(data[name]))); });
  }
  var says = parts.length > 0, coming = D.coded(data) && D.votable(bundle);
  D.question({
    title: D.w('read'), hint: D.w(says ? 'read_text' : 'read_nothing'), body: D.el('dl', {'class': 'aloud'}, parts),
    word: D.w('read_done'),
    done: says || coming ? function () { return D.go({agreed: true}); } : null
  });
};
