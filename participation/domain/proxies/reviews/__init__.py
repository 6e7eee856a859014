"""What becomes of an entry afterwards: disputed or withdrawn by the person, admitted or refused by the city."""
