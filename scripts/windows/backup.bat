@echo off
call "%~dp0..\run.bat" backup %*
exit /b %errorlevel%
