-- Rows of search written before do not say whether the latest release is blocked: those of every worker are written again.
INSERT INTO due (worker) SELECT id FROM workers;
